"""The commands a person types, one small module each."""
