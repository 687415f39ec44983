"""The functions of the gateway: one file or folder each.

A function's signature says what it consumes and publishes; nothing calls anything else.
"""
