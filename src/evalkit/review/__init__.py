"""What an outside reviewer says of a bundle: a form that works offline, and a record that grows.

Imports bundle, export and everything below. Who may do what in which state is the table
``states.toml`` and nothing else: docs/adr/0038-review.md.
"""
