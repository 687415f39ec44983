"""What is written from the code: schemas, the AsyncAPI document, the pages on flow and events.

A tool of development, run as `python -m runtime.generate`; nothing that serves imports it. The
same code always gives the same bytes, and a test keeps the committed files equal to them.
"""
