//! Mutated models: nothing panics, hangs or takes a second. `TECMNS_FUZZ=1000000` is the long form, `TECMNS_FUZZ_SEED` begins
//! with another case.

use super::data;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use te_import::Dialect;

/// Bytes of a mutated model, at most.
const LONGEST: usize = 8_000;

/// Numbers in sequence from a seed: `SplitMix64` (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

const PIECES: &[&[u8]] = &[
    b"(",
    b")",
    b"[",
    b"]",
    b"\"",
    b"'",
    b"~",
    b"|",
    b"\\",
    b"\r",
    b"\n",
    b"{",
    b"}",
    b"<",
    b">",
    b"</",
    b"/>",
    b"&lt;",
    b"&#0;",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<?",
    b"isee:",
    b"xmlns:",
    b"!",
    b"*",
    b"^",
    b"-",
    b":",
    b":=",
    b"==",
    b"->",
    b"<->",
    b":NOT:",
    b":AND:",
    b":NA:",
    b":EXCEPT:",
    b":MACRO:",
    b":END OF MACRO:",
    b"???",
    b"1e308",
    b"-1e-320",
    b"1e999",
    b"0",
    b".",
    b",",
    b";",
    b"IF ",
    b" THEN ",
    b" ELSE ",
    b"MOD",
    b"SELF",
    b"INTEG(",
    b"DELAY N(",
    b"SMOOTH N(",
    b"WITH LOOKUP(",
    b"TABBED ARRAY(",
    b"ACTIVE INITIAL(",
    b"SUM(",
    b"LOOKUP INVERT(",
    b"PREVIOUS(",
    b"[(0,0)-(1,1)]",
    b"<non_negative/>",
    b"<eqn>",
    b"<gf>",
    b"<dim name=\"d\"/>",
    b"<element subscript=\"a\">",
    b"<module name=\"m\"/>",
    b"<conveyor><len>2</len></conveyor>",
    b"<leak/>",
    b"<leak>0.1</leak>",
    b"<outflow>a</outflow>",
    b" leak_start=\"0.5\"",
    b"STDDEV(",
    b" not ",
    b"\n:GRAPH g\n:SCALE\n:VAR x\n",
    b"\n///---\\\\\\\n",
    b"d: (a1-a9) ~~|",
    b"\xff",
    b"\xc3",
    b"\xe4\xbb\xb7",
    b"\x00",
    b"\xf0\x9d\x95\x8f",
    b"TIME STEP",
    b"FINAL TIME",
];

fn mutated(corpus: &[(Dialect, Vec<u8>)], random: &mut Random) -> (Dialect, Vec<u8>) {
    let (dialect, mut bytes) = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + 1 + random.below(20)).min(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(at..end)),
            1 | 2 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied())),
            3 => drop(bytes.splice(at..end, PIECES[random.below(PIECES.len())].iter().copied())),
            4 => {
                let piece = bytes[at..end].repeat(1 + random.below(30));
                bytes.splice(at..at, piece);
            }
            _ => {
                let other = &corpus[random.below(corpus.len())].1;
                let from = random.below(other.len());
                let until = (from + random.below(200)).min(other.len());
                bytes.splice(at..at, other[from..until].iter().copied());
            }
        }
    }
    bytes.truncate(LONGEST);
    (dialect, bytes)
}

#[test]
fn mutated_models_never_crash() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = number("TECMNS_FUZZ").unwrap_or(4_000);
    let first = number("TECMNS_FUZZ_SEED").unwrap_or(0);
    let mut files: Vec<_> = fs::read_dir(data("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut corpus: Vec<(Dialect, Vec<u8>)> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "xmile" || ending == "mdl"))
        .map(|path| (super::dialect(path), fs::read(path).unwrap()))
        .collect();
    corpus.push((Dialect::Vensim, ARRAYS.as_bytes().to_vec()));
    corpus.push((Dialect::Xmile, BELTS.as_bytes().to_vec()));
    let (mut read, mut built) = (0, 0);
    for case in first..first + cases {
        let mut random = Random(case);
        let (dialect, bytes) = mutated(&corpus, &mut random);
        let begun = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| {
            let import = te_import::import(&bytes, dialect, "m", "m.toml").ok()?;
            Some(super::equations(&import).is_ok())
        }));
        let text = String::from_utf8_lossy(&bytes);
        let done = done.unwrap_or_else(|_| panic!("case {case} panics:\n{text}"));
        assert!(begun.elapsed() < Duration::from_secs(1), "case {case} takes {:?}:\n{text}", begun.elapsed());
        read += u64::from(done.is_some());
        built += u64::from(done == Some(true));
    }
    println!("{cases} cases, {read} imported, {built} of these are components");
    assert!(read > cases / 50 && built > 0);
}

/// A model with everything that the traces have not.
const ARRAYS: &str = "{UTF-8}\nd: a, b, c ~~|\ne: (f1-f3) -> d ~~|\ng <-> d ~~|\n:MACRO: M(x, y)\nM = INTEG(x, y) ~~|\n:END OF MACRO:\n\
    x[d] = 1, 2, 3 ~~|\ny[d] :EXCEPT: [a] = x[d] * Time ~~|\ny[a] = 0 ~~|\nz = SUM(x[d!] * y[d!]) + VMAX(x[d!]) ~~|\nw[e] = x[d] + M(z, 3) ~~|\n\
    t(\n[(0,0)-(9,9)],(0,1),(2,3)) ~~|\nv = t(z) + WITH LOOKUP(Time, ((0,0),(1,4))) ~~|\nu = ACTIVE INITIAL(v + 1, 2) ~~|\ns = SMOOTH(u, 3) ~ Month [0,9] ~ doc |\n\
    INITIAL TIME = 0 ~ Month ~ |\nFINAL TIME = 4 ~ Month ~ |\nTIME STEP = 1 ~ Month ~ |\nSAVEPER = TIME STEP ~ Month ~ |\n";

/// Conveyors, arrays of them, and functions of arrays.
const BELTS: &str = "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n\
    <sim_specs><start>0</start><stop>6</stop><dt>0.5</dt></sim_specs>\n<dimensions><dim name=\"d\"><elem name=\"p\"/><elem name=\"q\"/></dim></dimensions>\n\
    <model><variables><stock name=\"s\"><eqn>40</eqn><inflow>i</inflow><outflow>o</outflow><outflow>l</outflow><outflow>k</outflow>\n\
    <conveyor exponential_leak=\"false\"><len>n</len><capacity>INF</capacity></conveyor></stock>\n<stock name=\"after\"><eqn>0</eqn><inflow>o</inflow><non_negative/></stock>\n\
    <flow name=\"i\"><eqn>IF TIME not THEN 9 ELSE 3</eqn></flow><flow name=\"o\"/><flow name=\"l\"><leak>0.1</leak></flow><flow name=\"k\" leak_end=\"1\"><eqn>0.2</eqn><leak/></flow>\n\
    <aux name=\"n\"><eqn>4</eqn></aux><stock name=\"t\"><dimensions><dim name=\"d\"/></dimensions><eqn>0</eqn><inflow>j</inflow><outflow>u</outflow><conveyor><len>2</len></conveyor></stock>\n\
    <flow name=\"j\"><dimensions><dim name=\"d\"/></dimensions><element subscript=\"p\"><eqn>1</eqn></element><element subscript=\"q\"><eqn>TIME</eqn></element></flow>\n\
    <flow name=\"u\"><dimensions><dim name=\"d\"/></dimensions></flow><aux name=\"v\"><eqn>STDDEV(t[*]) + MEAN(u[*])</eqn></aux></variables></model></xmile>\n";
