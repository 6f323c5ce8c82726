"""Turns a question into quotes, and measures how well: the read side of Verbatim."""
