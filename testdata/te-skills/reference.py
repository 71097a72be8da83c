"""Writes the reference rows of the kinds of te-skills, from the published equations in mpmath at 40 digits; it shares nothing
with the crate. Nothing is drawn: no opportunities to practise on, real-valued people. Run: python3 reference.py"""

from mpmath import exp, log, mp, mpf

mp.dps = 40


def write(name, header, columns, rows):
    """A file of `name`.csv: TOML lines, then the table; inputs are columns `in.NAME`, blank in row 0."""
    with open(f"{name}.csv", "w") as file:
        for line in header:
            file.write(f"# {line}\n")
        file.write(",".join(columns) + "\n")
        for row in rows:
            cells = ["" if x is None else repr(float(x)) for x in row]
            file.write(",".join(cells) + "\n")


# --- ecosystem ---
def ecosystem():
    M, p, q = mpf(8000), mpf("0.04"), mpf("0.5")
    enrol, complete, promote = mpf("0.25"), mpf("0.6"), mpf("0.3")
    leave = dict(a=mpf("0.1"), l=mpf("0.3"), e=mpf("0.15"), s=mpf("0.1"))
    per_teacher, teachers, share, reference = mpf(12), mpf(2), mpf("0.2"), mpf(80)
    dt = mpf(1) / 12
    a, l, e, s, gone = mpf(800), mpf(200), mpf(40), mpf(10), mpf(0)
    ever = e + s

    def row(t, inputs, hype, opportunities):
        aware = a + l + e + s + gone
        active = e + s
        return [
            t, *inputs, M - aware, a, l, e, s, gone, aware / M, per_teacher * (teachers + share * s), ever / aware,
            active / opportunities if opportunities else 0, active / reference * (mpf("0.5") + hype),
        ]

    def parts(onwards, away):
        gone = 1 - exp(-(onwards + away) * dt)
        return gone * onwards / (onwards + away), gone * away / (onwards + away)

    multipliers = ["1", "1", "2", "0.5", "0", "3", "1.25", "1", "1", "4"]
    hypes = ["0.5", "0.1", "0.9", "0.3", "1", "0", "0.7", "0.2", "0.6", "0.4"]
    academies = ["1", "1.5", "2", "1", "0", "3", "1", "1", "1.2", "0.8"]
    chances = ["0", "5", "2", "0", "1", "40", "3", "8", "0", "6"]
    rows = [row(0, [None] * 4, mpf("0.5"), 0)]
    for t in range(1, 11):
        x, hype, academy, chance = (mpf(v[t - 1]) for v in (multipliers, hypes, academies, chances))
        # Bass from N(0) = 0: the time that has brought the present N, then dt more at multiplier x.
        aware = a + l + e + s + gone
        u = aware / M
        since = -log((1 - u) / (1 + q / p * u)) / (p + q)
        decay = exp(-(p + q) * (since + x * dt))
        heard = M * (1 - decay) / (1 + q / p * decay) - aware
        seats = per_teacher * (teachers + share * s)
        enrolled, lost = (a * part for part in parts(enrol, leave["a"]))
        done, dropped = (l * part for part in parts(complete * academy * min(1, seats / l), leave["l"]))
        promoted, quit_ = (e * part for part in parts(promote, leave["e"]))
        retired = s * parts(0, leave["s"])[1]
        a, l, e, s = a + heard - enrolled - lost, l + enrolled - done - dropped, e + done - promoted - quit_, s + promoted - retired
        gone += lost + dropped + quit_ + retired
        ever += done
        rows.append(row(t, [x, hype, academy, chance], hype, chance))
    write(
        "ecosystem",
        [
            'kind = "skills/ecosystem"',
            'params = { preset = "tea", potential = 8000.0, innovation = 0.04, imitation = 0.5, enrol = 0.25, complete = 0.6, promote = 0.3, leave_aware = 0.1, leave_learners = 0.3, leave_engineers = 0.15, leave_seniors = 0.1, capacity_per_teacher = 12.0, teachers = 2.0, teaching_share = 0.2, reference_engineers = 80.0 }',
            'step = "1 month"',
            "tolerance = 1e-13",
            'source = "Bass 1969, the solution from N(0) = 0 shifted in time; flows by competing hazards; reference.py, mpmath"',
        ],
        ["timestep", "in.market_multiplier", "in.hype", "in.academy", "in.opportunities", "unaware", "aware", "learners", "token_engineers", "seniors", "churned", "adoption", "seats", "conversion", "engineers_per_opportunity", "scale"],
        rows,
    )


# --- academy: teaching and forgetting in a small forest ---
def academy():
    weeks = mpf(4)  # a step
    hours, teacher, seats, people = mpf(9), mpf("1.5"), 2, 3
    # name, prerequisites, difficulty, cost, badge, initial, learn, forgetting, threshold
    skills = [
        ("t/base", [], 1, 40, True, "0.2", "0.15", "0.5", "0.9"),
        ("t/deep", ["t/base"], 2, 60, True, "0.1", "0.3", "0.2", "0.8"),
        ("u/side", [], "1.25", 50, False, "0.3", "0.2", "1.5", "0.7"),
        ("u/top", ["t/deep", "u/side"], 1, 80, True, "0.2", "0.25", "0.1", "0.85"),
    ]
    names = [skill[0] for skill in skills]
    before = [[names.index(name) for name in skill[1]] for skill in skills]
    depth = [0, 1, 0, 2]
    ancestors = [[], [0], [], [0, 1, 2]]
    number = lambda k, field: mpf(skills[k][field])
    mastery = [[number(k, 5) for k in range(4)] for _ in range(people)]
    badges = [[False] * 4 for _ in range(people)]

    def mastered(i, k):
        return badges[i][k] or mastery[i][k] >= number(k, 8)

    def is_open(i, k):
        return all(mastered(i, b) for b in before[k])

    def deepest(i):
        can = [k for k in range(4) if is_open(i, k) and not mastered(i, k)]
        return min(can, key=lambda k: (-depth[k], names[k])) if can else None

    def rate(k):
        """Learned per hour by this teacher, as a hazard."""
        return -log(1 - number(k, 6)) * teacher / number(k, 2)

    next_seat, taught, cost, new = 0, mpf(0), mpf(0), 0

    def row(t):
        wanted = [(i, deepest(i)) for i in range(people)]
        needed = [
            log((1 - mastery[i][k]) / (1 - number(k, 8))) / rate(k) for i, k in wanted if k is not None
        ]
        per_person = lambda f: sum(mpf(f(i)) for i in range(people)) / people
        return [
            t,
            None if t == 0 else 0,
            per_person(lambda i: sum(mastery[i]) / 4),
            sum(map(sum, badges)),
            new,
            per_person(lambda i: max([depth[k] + 1 for k in range(4) if mastered(i, k)], default=0)),
            per_person(lambda i: sum(not is_open(i, k) for k in range(4))),
            sum(all(mastered(i, k) for k in range(4)) for i in range(people)),
            sum(needed) / len(needed) if needed else 0,
            taught,
            cost,
            0,
            0,
        ]

    rows = [row(0)]
    for t in range(1, 21):
        for i in range(people):
            for k in range(4):
                start = number(k, 5)
                mastery[i][k] = start + (mastery[i][k] - start) * exp(-number(k, 7) * weeks / 52)
        for seat in range(seats):
            i = (next_seat + seat) % people
            k = deepest(i)
            if k is not None:
                mastery[i][k] = 1 - (1 - mastery[i][k]) * exp(-rate(k) * hours)
                taught += hours
                cost += hours * number(k, 3)
        next_seat = (next_seat + seats) % people
        new = 0
        for i in range(people):
            for k in range(4):  # in an order that respects prerequisites
                earned = mastery[i][k] >= number(k, 8) and all(mastered(i, b) for b in ancestors[k])
                if skills[k][4] and not badges[i][k] and earned:
                    badges[i][k] = True
                    new += 1
        rows.append(row(t))
    assert sum(map(sum, badges)) > 6
    table = ", ".join(
        "{ "
        + f'name = "{n}", prerequisites = {str(b)}, difficulty = {float(d)}, teaching_cost = {float(c)}, badge = {str(badge).lower()}, '.replace("'", '"')
        + f"initial = {i}, learn = {l}, forgetting = {f}, threshold = {th}"
        + " }"
        for n, b, d, c, badge, i, l, f, th in skills
    )
    write(
        "academy",
        [
            'kind = "skills/academy"',
            f"params = {{ learners = 3, seats = 2, session_hours = 9.0, teacher_factor = 1.5, skills = [{table}] }}",
            'step = "4 weeks"',
            "tolerance = 1e-13",
            'source = "Corbett and Anderson 1995, teaching and forgetting as hazards; reference.py, mpmath"',
        ],
        ["timestep", "in.opportunities", "mastery", "badges", "new_badges", "depth_completed", "locked", "graduates", "hours_to_badge", "hours_taught", "cost", "practices", "correct"],
        rows,
    )


ecosystem()
academy()
