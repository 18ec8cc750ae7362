"""Writes of kita, by subject: registering, wishes, proofs, need, providers and their Kitas, drafts."""
