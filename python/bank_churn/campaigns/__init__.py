"""Campaigns: whom to contact and whom to leave alone, so that a later build can say what contacts keep."""
