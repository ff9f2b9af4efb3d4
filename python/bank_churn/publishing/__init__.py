"""From a green build to published files: all or nothing, with a history."""
