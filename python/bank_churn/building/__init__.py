"""From extracts to a publication: building, checking, training, and what a person sees meanwhile."""
