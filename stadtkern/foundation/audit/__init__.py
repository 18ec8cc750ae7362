"""One append-only log per municipality: salted leaves in an RFC 6962 Merkle tree with signed checkpoints."""
