"""People and programs that log in, how strongly, and with what.

Accounts are global (one login for all municipalities); roles are given per tenant in ``foundation.access``.
Words: *account* a login, *identity* what an identity provider vouches for, *assurance* the level of a login (eIDAS:
low, substantial, high), *home* the municipality that manages an account of staff, *app password* the secret of one
device or program, *sign-on* an identity provider of a municipality (BundID via Keycloak, Entra ID).

``demo_idp``  a real OpenID Connect provider with the synthetic test persons, only in the demo.
Personal data: login, name, e-mail, identity claims, login times. Purpose: recognising people (Art. 6 (1) e GDPR,
§ 3 OZG). ``erasure`` deletes all of it with the account.
"""
