"""The records of the epochlog format as they decode to JSON: FORMAT.md, sections 4 and 12."""

import math

from elog_codec import FLOATS, INTEGERS, MAX_RAW, TEXTS, Cursor, Damaged, Unknown
from elog_codec import round_up_8, whole_column

RECORD_HEADER = 16
ANCILLARY = 0x8000
RUN, SERIES, TEXT_POINT, STATUS = 0x01, 0x02, 0x03, 0x0D

TYPES = ("float", "integer", "bool", "text")
GOALS = ("none", "minimize", "maximize")
STATUSES = (None, "Completed", "Failed", "Canceled")
KINDS = (None, None, "list", "row", "table", "classification", "regression", "importance")
COLUMN_TYPES = ("float64", "float32", "integer", "bool", "text")
COLUMN_HOLDS = (FLOATS, FLOATS, INTEGERS, INTEGERS, TEXTS)
NO_STEP = -(1 << 63)
SCALAR = 1
MAX_COLUMNS = 65536


def number(value):
    """A float as JSON can say it."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return value


def one_of(names, index):
    if index >= len(names) or names[index] is None:
        raise Damaged("a number outside its list")
    return names[index]


def records(data, at=0):
    """Yields (type, time_ns, body) of the records in data, None for what is damaged: the rest."""
    if len(data) > MAX_RAW:
        yield None
        return
    while at < len(data):
        cursor = Cursor(data, at)
        try:
            body_len, kind, _flags, time_ns = cursor.unpack("IHHq")
            body = cursor.take(body_len)
        except Damaged:
            yield None
            return
        yield kind, time_ns, body
        at = round_up_8(cursor.at)


# -- the bodies ----------------------------------------------------------------------------------


def run(body):
    c = Cursor(body)
    fields = {"uuid": c.take(16).hex()}
    for name in ("run_id", "name", "experiment", "parent_id", "description"):
        fields[name] = c.str()
    fields["rank"], fields["world_size"] = c.u32(), c.u32()
    fields["start_time_ns"] = c.i64()
    fields["pid"], fields["process_start"] = c.u64(), c.u64()
    for name in ("boot_id", "host", "user", "working_folder", "git_commit"):
        fields[name] = c.str()
    fields["git_dirty"] = c.u8()
    fields["writer"], fields["live_file"] = c.str(), c.str()
    fields["arguments"] = [c.str() for _ in range(c.count(c.u32(), 4))]
    return {**fields, **_appended(c)}


def _appended(c):
    """The fields of a RUN behind its arguments: what is not whole is not there."""
    fields = {"continues": "", "continues_seq": 0, "pid_namespace": 0}
    if c.left() >= 24:
        uuid, seq = c.take(16), c.u64()
        if any(uuid):
            fields.update(continues=uuid.hex(), continues_seq=seq)
        if c.left() >= 8:
            fields["pid_namespace"] = c.u64()
    return fields


def series(body):
    c = Cursor(body)
    number_, kind, type_, goal, _reserved = c.unpack("IBBBB")
    if kind != SCALAR:
        raise Damaged("kind of a series")
    return {
        "id": number_,
        "name": c.str(),
        "type": one_of(TYPES, type_),
        "goal": one_of(GOALS, goal),
        "unit": c.str(),
        "description": c.str(),
    }


def text_point(body):
    c = Cursor(body)
    return {"series": c.u32(), "step": c.i64(), "value": c.str()}


def batch(body):
    c = Cursor(body)
    kind = one_of(KINDS, c.u8())
    _flags = c.u8()
    attributes = [(c.str(), c.str()) for _ in range(c.count(c.u16(), 8))]
    names = [(c.str(), _str_list(c)) for _ in range(c.count(c.u16(), 8))]
    step, row_count, column_count = c.unpack("qII")
    if column_count > MAX_COLUMNS:
        raise Damaged("more columns than the limit")
    columns = [_batch_column(c, row_count) for _ in range(c.count(column_count, 10))]
    attributes = dict(attributes)  # of a repeated key the last counts
    return {
        "kind": kind,
        "name": attributes.pop("name", ""),
        "attributes": attributes,
        "names": dict(names),
        "step": None if step == NO_STEP else step,
        "rows": row_count,
        "columns": columns,
    }


def _str_list(c):
    return [c.str() for _ in range(c.count(c.u32(), 4))]


def _batch_column(c, row_count):
    """A column; its values are the exception where they are damaged or not understood."""
    name, type_, _reserved, length = c.str(), c.u8(), c.u8(), c.u32()
    type_name = one_of(COLUMN_TYPES, type_)
    data = c.take(length)
    try:
        values = whole_column(data, row_count, COLUMN_HOLDS[type_])
    except (Damaged, Unknown) as why:
        return {"name": name, "type": type_name, "values": why}
    if type_name == "bool":
        values = [value != 0 for value in values]
    return {"name": name, "type": type_name, "values": [number(value) for value in values]}


def param(body):
    c = Cursor(body)
    name, type_ = c.str(), one_of(TYPES, c.u8())
    if type_ == "float":
        value = number(c.f64())
    elif type_ == "integer":
        value = c.i64()
    elif type_ == "bool":
        value = c.u8() != 0
    else:
        value = c.str()
    return {"name": name, "value": value}


def tag(body):
    c = Cursor(body)
    name, has_value, value = c.str(), c.u8(), c.str()
    return {"name": name, "value": value if has_value else None}


def tag_removed(body):
    return {"name": Cursor(body).str()}


def name_and_value(body):
    c = Cursor(body)
    return {"name": c.str(), "value": c.str()}


def file(body):
    c = Cursor(body)
    return {
        "path": c.str(),
        "size": c.u64(),
        "sha256": c.take(32).hex(),
        "role": c.str(),
        "media_type": c.str(),
    }


def image(body):
    c = Cursor(body)
    return {
        "name": c.str(),
        "step": c.i64(),
        "path": c.str(),
        "width": c.u32(),
        "height": c.u32(),
        "caption": c.str(),
    }


def document(body):
    c = Cursor(body)
    return {"name": c.str(), "format": c.str(), "text": c.str()}


def status(body):
    c = Cursor(body)
    return {
        "status": one_of(STATUSES, c.u8()),
        "exit_code": c.i32(),
        "error_code": c.str(),
        "message": c.str(),
        "details": c.str(),
    }


def loss(body):
    c = Cursor(body)
    return {
        "count": c.u64(),
        "from_time_ns": c.i64(),
        "to_time_ns": c.i64(),
        "errno": c.i32(),
        "what": c.str(),
    }


# Type: name in the JSON, decoder of the body.
BODIES = {
    0x04: ("BATCH", batch),
    0x05: ("PARAM", param),
    0x06: ("TAG", tag),
    0x07: ("TAG_REMOVED", tag_removed),
    0x08: ("PROPERTY", name_and_value),
    0x09: ("ENVIRONMENT", name_and_value),
    0x0A: ("FILE", file),
    0x0B: ("IMAGE", image),
    0x0C: ("DOCUMENT", document),
    0x0D: ("STATUS", status),
    0x0E: ("LOSS", loss),
}
