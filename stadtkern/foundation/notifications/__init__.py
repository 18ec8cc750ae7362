"""Mail and letters to people, prepared in the transaction of their cause.

Own words: a *mail* leaves by a job; once it is sent its text and address are erased, and only the log stays (when, about
which case, how many attempts). A *letter* waits in the print queue; the post room joins waiting letters to a *print batch*
(one PDF with a cover sheet), prints it, and marks it as printed.

Subjects of mail carry no personal data: they travel unencrypted and stand in logs of other people's servers.
"""
