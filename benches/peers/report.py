"""The tables, in Markdown."""

from statistics import median

from catalogue import FINALS, KEPT, SINGLE, STREAMED


def figure(value):
    """Three digits, thousands parted."""
    if value >= 100:
        digits = len(str(int(value)))
        return f"{round(value, 3 - digits):,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values):
    return f"{figure(median(values))} ({figure(min(values))} to {figure(max(values))})"


def line(*cells):
    return "| " + " | ".join(cells) + " |"


def ratio(entry, form, wall=False):
    """The median of the ratios to tecmns, each of two samples that followed one another."""
    found = entry.ratios.get(form)
    return median(pair[wall] for pair in found) if found else None


def main_table(references, entries, versions):
    """ns per model step of everybody, and how many times tecmns's."""
    ratios = ("x tecmns finals", "x tecmns all kept", "x tecmns all handed on", "x tecmns single")
    yield line("peer", "version", "returns", "CPU ns per step", "wall", *ratios)
    yield line("---", "---", "---", "---:", "---:", "---:", "---:", "---:", "---:")
    for entry in [*references, *entries]:
        version = versions.get(entry.module, "")
        if entry.trouble:
            yield line(entry.label, version, f"not measured: {entry.trouble}".replace("|", "/"), *[""] * 6)
            continue
        ratios = [ratio(entry, form) for form in (FINALS, KEPT, STREAMED, SINGLE)]
        clocked = entry.samples[0].cpu is not None
        cpu = spread([sample.cpu for sample in entry.samples]) if clocked else "no clock"
        wall = figure(median(sample.wall for sample in entry.samples))
        found = ["" if value is None else figure(value) for value in ratios]
        yield line(entry.label, version, entry.returns, cpu, wall, *found)


def start_table(references, entries, peers):
    """What is not in the figures above: start-up, first call, and the chunks that were tried."""
    seconds = ("start-up and imports [s]", "first call, compilation included [s]")
    yield line("peer", *seconds, "ns per step by runs in a chunk")
    yield line("---", "---:", "---:", "---")
    for entry in [*references, *entries]:
        if entry.trouble:
            continue
        best = min(entry.widths, key=entry.widths.get, default=None)
        tried = (f"**{w}: {figure(t)}**" if w == best else f"{w}: {figure(t)}" for w, t in entry.widths.items())
        yield line(entry.label, f"{peers[entry.module].start_up:.2f}", f"{entry.first_call:.4f}", ", ".join(tried))


def promise_table(promises, entries):
    """What is promised beside what was found."""
    yield line("output", "peer", "promised", "found, CPU time", "found, wall", "")
    yield line("---", "---", "---:", "---:", "---:", "---")
    by_label = {entry.label: entry for entry in entries}
    for form, label, wanted in promises:
        entry = by_label[label]
        cpu, wall = ratio(entry, form), ratio(entry, form, wall=True)
        if cpu is None:
            yield line(form, label, f"{wanted:,}", "", "", "not measured")
        else:
            yield line(form, label, f"{wanted:,}", figure(cpu), figure(wall), "met" if cpu >= wanted else "**missed**")


def losses(entries):
    """Where a peer is faster than tecmns, or as fast."""
    found = [
        f"- {entry.label} takes {figure(value)} times the time of tecmns, {form}."
        for entry in entries
        for form in entry.against
        if (value := ratio(entry, form)) is not None and value <= 1.0
    ]
    return found or ["- Nowhere in this run."]
