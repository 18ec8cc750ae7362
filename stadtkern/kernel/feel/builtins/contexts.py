"""Functions on contexts (DMN 1.5, 10.3.4.9)."""

from __future__ import annotations

from stadtkern.kernel.feel.builtins.registry import builtin

Entries = dict[str, object]


@builtin("get value", "m: context, key: string")
def get_value(m: Entries, key: str) -> object:
    return m.get(key)


@builtin("get value", "context: context, keys: list")
def get_value_deep(context: Entries, keys: list[object]) -> object:
    value: object = context
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return value


@builtin("get entries", "m: context")
def get_entries(m: Entries) -> object:
    return [{"key": key, "value": value} for key, value in m.items()]


@builtin("context", "entries: list")
def context(entries: list[object]) -> object:
    result: Entries = {}
    for entry in entries:
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("key"), str)
            or "value" not in entry
            or entry["key"] in result
        ):
            return None
        result[entry["key"]] = entry["value"]
    return result


@builtin("context put", "context: context, key: string, value: any")
def context_put(context: Entries, key: str, value: object) -> object:
    return {**context, key: value}


@builtin("context put", "context: context, keys: list, value: any")
def context_put_deep(context: Entries, keys: list[object], value: object) -> object:
    if not keys or not isinstance(keys[0], str):
        return None
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    changed = context_put_deep(inner, keys[1:], value) if isinstance(inner, dict) else None
    return None if changed is None else {**context, keys[0]: changed}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[object]) -> object:
    result: Entries = {}
    for entry in contexts:
        if not isinstance(entry, dict):
            return None
        result.update(entry)
    return result
