"""The functions of the gateway: one file or folder each; its signature says what it consumes and publishes."""
