"""Measuring: items in, predictions out, and what they are worth.

Three kinds of item are understood, one JSON object a line: docker lines (`line`), requests in
words (`request` with the name of a `world`), and attacks with their harmless look-alikes
(`layer`, `input`). What is not measured here (`layer` nats) is passed over and counted.
"""
