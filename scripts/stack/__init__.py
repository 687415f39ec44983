"""The whole stack of compose.yaml on an engine that need not reach a registry."""
