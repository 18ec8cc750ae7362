"""The citizen's assistant: answers out of typed fields of services, with source, revision and review date. Pure, no Django yet.

``pipeline``    the steps in their order; each is a module with one promise
``safety``      emergencies and crises, before anything else, fixed texts with numbers
``privacy``     personal data out of the question before it is logged or leaves the house
``language``    which language a question is in
``intent``      which field is asked for, and what is never answered (legal advice, other people, instructions)
``competence``  other cities and other authorities
``knowledge``   services as numbered facts
``cards``       the answer without a language model
``model``       the optional port in the OpenAI HTTP shape, ``fakes`` beside it, ``verifier`` behind it
``evaluate``    behaviour cases

It decides nothing about a person and gives no legal advice; that keeps it out of Annex III of the AI Act. Art. 50 AI Act: the
disclosure (``texts.DISCLOSURE``) stands before the first message.
"""
