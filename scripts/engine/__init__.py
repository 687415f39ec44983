"""A Docker Engine for a newcomer: found as docker finds it, else started for one command.

Only the standard library, so that it runs wherever python3 does.
"""
