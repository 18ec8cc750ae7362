"""One append-only log per municipality, whose completeness can be proved, and whose content can still be deleted.

Own words: an *entry* says who did what with which object, why and with which outcome. It is written in the transaction
of its cause and waits for nobody. Later the *seal* gives entries their places in a Merkle tree (RFC 6962) and signs a
*checkpoint* (origin, size, root; C2SP tlog-checkpoint, a signed note with Ed25519). A *leaf* holds only a salted hash of
the content: when the *retention class* of an entry has run out, content and salt are erased and every proof still holds.

Who can do what: the application may insert entries and seal them, nothing else (grants and triggers). Whoever is
superuser of the database can change anything, and ``stadtkern audit verify`` finds it: the signed checkpoints, also kept
as a file outside of the database, do not fit any more. Entries of the last minute, not sealed yet, are protected by
grants and triggers only.

Laws: DSGVO Art. 5 (1) f, (2), Art. 15; BMG § 40 (logs of retrievals end with the following calendar year).
"""
