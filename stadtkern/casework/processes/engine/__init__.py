"""The process engine: a compiled model, a state and an event make a new state and commands. Pure: no Django, no database,
no clock, no randomness (ids come from the instance and a counter).

``model``     the compiled process, written by the compiler of BPMN files, never changed
``state``     what must be kept of a running instance, small, as JSON
``events``    what may happen to it; ``commands``: what must be done because of it
``engine``    ``start`` and ``step``
``timers``    when a timer is due, with the calendar of a Land
``decisions`` the evaluator of business rule tasks over `kernel.dmn`
``migration`` moving a running instance to another version of its model
"""
