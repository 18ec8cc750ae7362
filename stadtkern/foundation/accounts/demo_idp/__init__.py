"""A real OpenID Connect provider inside the demo, with synthetic test persons (authorization code with PKCE).

It stands where BundID stands in production: own issuer (``/demo-idp``), own keys, own page to choose a person and a
level of assurance, consent, token and userinfo. Outside of the demo every address answers 404.
"""
