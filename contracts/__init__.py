"""What every part of the gateway shares: events, requests, plans, the docker language.

Nothing here does I/O and nothing here imports another part of the gateway.
"""
