"""What `acg doctor` looks at: this machine, the deployment on NATS, and the promises."""
