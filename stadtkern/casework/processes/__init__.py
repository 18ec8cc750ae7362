"""Processes: how a service is decided, drawn in BPMN, ruled by DMN, run by an engine of our own.

``bpmn``      reading, checking, compiling and drawing BPMN files; pure
``engine``    the functional core: model, state, event -> state, commands; pure
``packages``  a procedure as readable files: process, decisions, texts, parameters, test cases; pure
``versions``  stored packages, compiled once; ``actions`` every step of a running instance, ``execution`` and ``writes`` what follows
              from it in the tables, ``calling`` connectors outside of transactions, ``queries`` the reads
"""
