"""Extracts with dates: which snapshot a file belongs to, and which ones a build has yet to read."""
