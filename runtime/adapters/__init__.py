"""What the gateway reaches outside of itself; each adapter fits what a function says it needs."""
