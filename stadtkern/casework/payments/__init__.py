"""Fees: what is owed, how it is paid, and the states of XBezahldienste (INITIAL, BOOKED, FAILED, CANCELED).

``provider``  the interface of a payment provider; ``testing_provider`` is the demo's, a real page of this installation
``actions``   charge, start, settle, invoice (Kassenzeichen)
"""
