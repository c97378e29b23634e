"""Records and their bodies as bytes, each with what it tells a reader."""

import math

from maker_bytes import *  # the writer is one vocabulary in three files


# -- records -------------------------------------------------------------------------------------


def number(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Rec:
    """A record: its bytes, and what it tells."""

    def __init__(self, code, name, time_ns, body, fields=None, extra=b""):
        self.code, self.time_ns, self.body = code, time_ns, body + extra
        self.tells = []
        if fields is not None:
            self.tells = [("record", time_ns, {"type": name, "time_ns": time_ns, **fields})]

    def bytes(self):
        return padded(pack("IHHq", len(self.body), self.code, 0, self.time_ns) + self.body)


def series_body(id, name, type="float", goal="none", unit="", description="", extra=b""):
    head = pack("IBBBB", id, 1, TYPES[type], GOALS[goal], 0)
    return head + string(name) + string(unit) + string(description) + extra


class Series:
    """A series and the body of its record."""

    def __init__(self, id, name, type="float", goal="none", unit="", description="", extra=b""):
        self.id, self.type = id, type
        self.body = series_body(id, name, type, goal, unit, description, extra)
        self.tells = [("series", {"id": id, "name": name, "type": type, "goal": goal,
                                  "unit": unit, "description": description})]

    def record(self, time_ns=T0):
        rec = Rec(0x02, "SERIES", time_ns, self.body)
        rec.tells = self.tells
        return rec


def text_point(time_ns, series, step, value):
    rec = Rec(0x03, "TEXT_POINT", time_ns, pack("Iq", series, step) + string(value))
    rec.tells = [("text", time_ns, series, step, value)]
    return rec


def param(time_ns, name, value, extra=b""):
    if isinstance(value, bool):
        body = pack("BB", 2, value)
    elif isinstance(value, int):
        body = pack("Bq", 1, value)
    elif isinstance(value, float):
        body = pack("Bd", 0, value)
    else:
        body = pack("B", 3) + string(value)
    fields = {"name": name, "value": number(value)}
    return Rec(0x05, "PARAM", time_ns, string(name) + body, fields, extra)


def tag(time_ns, name, value=None):
    body = string(name) + pack("B", value is not None) + string(value or "")
    return Rec(0x06, "TAG", time_ns, body, {"name": name, "value": value})


def tag_removed(time_ns, name):
    return Rec(0x07, "TAG_REMOVED", time_ns, string(name), {"name": name})


def property_(time_ns, name, value):
    fields = {"name": name, "value": value}
    return Rec(0x08, "PROPERTY", time_ns, string(name) + string(value), fields)


def environment(time_ns, name, value):
    fields = {"name": name, "value": value}
    return Rec(0x09, "ENVIRONMENT", time_ns, string(name) + string(value), fields)


def file(time_ns, path, size, sha256, role, media_type):
    body = string(path) + pack("Q", size) + sha256 + string(role) + string(media_type)
    fields = {"path": path, "size": size, "sha256": sha256.hex(), "role": role,
              "media_type": media_type}
    return Rec(0x0A, "FILE", time_ns, body, fields)


def image(time_ns, name, step, path, width, height, caption):
    body = string(name) + pack("q", step) + string(path)
    body += pack("II", width, height) + string(caption)
    fields = {"name": name, "step": step, "path": path, "width": width, "height": height,
              "caption": caption}
    return Rec(0x0B, "IMAGE", time_ns, body, fields)


def document(time_ns, name, format, text):
    fields = {"name": name, "format": format, "text": text}
    return Rec(0x0C, "DOCUMENT", time_ns, string(name) + string(format) + string(text), fields)


STATUSES = {"Completed": 1, "Failed": 2, "Canceled": 3}


def status(time_ns, status="Completed", exit_code=0, error_code="", message="", details=""):
    body = pack("Bi", STATUSES[status], exit_code)
    body += string(error_code) + string(message) + string(details)
    fields = {"status": status, "exit_code": exit_code, "error_code": error_code,
              "message": message, "details": details}
    return Rec(0x0D, "STATUS", time_ns, body, fields)


def loss(time_ns, count, from_time_ns, to_time_ns, errno, what):
    body = pack("Qqqi", count, from_time_ns, to_time_ns, errno) + string(what)
    fields = {"count": count, "from_time_ns": from_time_ns, "to_time_ns": to_time_ns,
              "errno": errno, "what": what}
    return Rec(0x0E, "LOSS", time_ns, body, fields)


KINDS = {"list": 2, "row": 3, "table": 4, "classification": 5, "regression": 6, "importance": 7}
COLUMN_TYPES = {"float64": 0, "float32": 1, "integer": 2, "bool": 3, "text": 4}


def batch(time_ns, kind, name, columns, attributes=(), names=(), step=None):
    """columns: (name, type, values, coder)."""
    rows = len(columns[0][2]) if columns else 0
    body = pack("BBH", KINDS[kind], 0, 1 + len(attributes)) + string("name") + string(name)
    body += b"".join(string(k) + string(v) for k, v in attributes)
    body += pack("H", len(names))
    for key, values in names:
        body += string(key) + pack("I", len(values)) + b"".join(map(string, values))
    body += pack("qII", NO_STEP if step is None else step, rows, len(columns))
    for column_name, type_, values, coder in columns:
        data = coder(values)
        body += string(column_name) + pack("BBI", COLUMN_TYPES[type_], 0, len(data)) + data
    fields = {
        "kind": kind, "name": name, "attributes": dict(attributes), "names": dict(names),
        "step": step, "rows": rows,
        "columns": [{"name": n, "type": t, "values": [number(v) for v in values]}
                    for n, t, values, _ in columns],
    }
    return Rec(0x04, "BATCH", time_ns, body, fields)


def run_body(uuid=UUID, run_id="run-7", name="first", experiment="mnist", parent_id="",
             description="", rank=0, world_size=1, start=T0, pid=4242, process_start=99,
             boot_id="boot", host="node1", user="ada", folder="/home/ada", commit="", dirty=0,
             writer="epochlog 0.1.0", live_file="00000-c0ffee00.live", arguments=(),
             continues=None, continues_seq=0, pid_namespace=None):
    """The body of a RUN and its JSON; continues=None: it ends behind the arguments."""
    body = uuid
    body += b"".join(map(string, (run_id, name, experiment, parent_id, description)))
    body += pack("IIqQQ", rank, world_size, start, pid, process_start)
    body += b"".join(map(string, (boot_id, host, user, folder, commit)))
    body += pack("B", dirty) + string(writer) + string(live_file)
    body += pack("I", len(arguments)) + b"".join(map(string, arguments))
    if continues is not None:
        body += continues + pack("Q", continues_seq)
        body += b"" if pid_namespace is None else pack("Q", pid_namespace)
    linked = any(continues or b"")
    return body, {
        "uuid": uuid.hex(), "run_id": run_id, "name": name, "experiment": experiment,
        "parent_id": parent_id, "description": description, "rank": rank,
        "world_size": world_size, "start_time_ns": start, "pid": pid,
        "process_start": process_start, "boot_id": boot_id, "host": host, "user": user,
        "working_folder": folder, "git_commit": commit, "git_dirty": dirty, "writer": writer,
        "live_file": live_file, "arguments": list(arguments),
        "continues": continues.hex() if linked else "",
        "continues_seq": continues_seq if linked else 0, "pid_namespace": pid_namespace or 0,
    }
