"""From the mentions of a document to its claims: frames, subjects, times, attribution, identity, gloss."""
