"""Cases (Vorgänge): from the application to the decision and the record, the same for every service.

Words: a *case* is what one application sets off; the *applicant* asks, the *caseworker* decides; a *request* asks the
applicant for something that is missing; a *pause* stops the deadline; a *decision* (Bescheid) is proposed, released by a
second person where the service demands it, and delivered; an *objection* (Widerspruch) is a case linked to another.
Laws: VwVfG (§§ 9 ff., 31, 35 ff., 41), VwGO §§ 68 ff., BGB §§ 187-193, DSGVO Art. 15.

``actions/``  every write, one transaction and one audit entry each: opening, work, dialogue, deadlines, deciding
``policies``  who sees and does what: the applicant, the guest with link and code, staff inside their responsibility
"""
