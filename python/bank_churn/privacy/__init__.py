"""What is published for everyone, so that no figure about a few clients, and no client's amount, follows from it."""
