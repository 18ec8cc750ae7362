"""Businesses that use the city's services: their account, the people who act for them, and powers of attorney.

Words: *business* an organization that applies for something (not ``organization``: the offices of the city), *member* a
person who acts for a business, with one role (administer, apply, read), *invitation* an offer by mail to become a
member, *power of attorney* (Vollmacht, §§ 164 ff. BGB, § 14 VwVfG) somebody outside acts for a business or a person, with a
scope and a period, *party* whoever a case belongs to: a person or a business, *mandate* the right to act for a party, as
policies see it (``access.mandates``).

Personal data: who belongs to a business, who acts for whom, mail addresses of invitations. Purpose: knowing who may speak
for a party (Art. 6 (1) (e) GDPR, § 3 OZG, § 14 VwVfG).
"""
