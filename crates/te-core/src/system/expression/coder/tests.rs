//! Random codes beside their operations carried out one by one, in the order in which they were taken.

use super::*;
use crate::numerics::strip::{STRIP, Strip};
use crate::system::expression::routine::Watched;
use te_math::dispatch::InstructionSet;

/// Numbers from a rule, so that a case that fails comes again.
struct Rule(u64);

impl Rule {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn number(&mut self) -> f64 {
        [0.0, 1.0, -1.0, 2.0, 0.25, -8.0, 1e300, 3.7, -0.3, 12.0, 1e-5, f64::MIN_POSITIVE][self.below(12)]
    }
}

const UNARY: [Unary; 6] = [Unary::Negate, Unary::Exp, Unary::Abs, Unary::Sqrt, Unary::Not, Unary::Floor];
const BINARY: [Binary; 9] = [
    Binary::Add,
    Binary::Subtract,
    Binary::Multiply,
    Binary::Divide,
    Binary::Divide,
    Binary::Min,
    Binary::Max,
    Binary::Less,
    Binary::And,
];
const KEPT: usize = 8;
/// How many of what is kept does not change.
const GIVEN: usize = 3;

/// A place with the number that lies there, carried out by hand.
type Known = (Place, f64);

fn one(rule: &mut Rule, coder: &mut Coder, known: &[Known]) -> Known {
    let (a, b, c) =
        (known[rule.below(known.len())], known[rule.below(known.len())], known[rule.below(known.len())]);
    match rule.below(10) {
        0 => {
            let op = UNARY[rule.below(UNARY.len())];
            (coder.unary(op, a.0), op.apply(a.1))
        }
        1 => (coder.select(c.0, a.0, b.0), if c.1 == 0.0 { b.1 } else { a.1 }),
        2 => {
            let x = rule.number();
            (coder.number(x), x)
        }
        _ => {
            let op = BINARY[rule.below(BINARY.len())];
            (coder.binary(op, a.0, b.0), op.apply(a.1, b.1))
        }
    }
}

/// A code of one or two groups: what it keeps, and whether it says that all is finite.
fn ran(rule: &mut Rule, groups: usize) -> (Vec<f64>, Vec<Strip>, Vec<bool>) {
    let mut coder = Coder::default();
    let kept: Vec<Place> = (0..KEPT).map(|_| coder.keep()).collect();
    let start: Vec<f64> = (0..KEPT).map(|_| rule.number()).collect();
    for place in &kept[..GIVEN] {
        coder.fix(*place);
    }
    let mut now = start.clone();
    for _ in 0..=rule.below(4) {
        let mut known: Vec<Known> = kept.iter().copied().zip(now.iter().copied()).collect();
        for _ in 0..rule.below(12) + 2 {
            let next = one(rule, &mut coder, &known);
            known.push(next);
        }
        let last = *known.last().unwrap();
        if rule.below(2) == 0 {
            let into = GIVEN + rule.below(KEPT - GIVEN);
            coder.write(last.0, kept[into]);
            now[into] = last.1;
        } else {
            let values: Vec<(Known, usize)> =
                (GIVEN..KEPT).map(|into| (known[rule.below(known.len())], into)).collect();
            let places: Vec<(Place, Place)> =
                values.iter().map(|(known, into)| (known.0, kept[*into])).collect();
            coder.replace(&places);
            for ((_, x), into) in &values {
                now[*into] = *x;
            }
        }
    }
    let code = coder.finish();
    let layout = coder.layout();
    let size = layout.group();
    let all = Watched { finite: (0..u32::try_from(KEPT).unwrap()).collect(), within: Vec::new() };
    let watched = code.watch(all);
    let (once, routine) = (coder.once().link(&layout), code.link(&layout));
    let (mut found, mut sound) = (Vec::new(), Vec::new());
    for set in InstructionSet::available() {
        let mut memory = vec![Strip([f64::NAN; STRIP]); groups * size];
        for group in memory.chunks_exact_mut(size) {
            for (strip, x) in group.iter_mut().zip(&start) {
                *strip = Strip([*x; STRIP]);
            }
        }
        let mut common = layout.common_memory();
        once.run(set, &[], (&mut memory, size), &mut common, &Watched::NOTHING);
        sound.push(routine.run(set, &[], (&mut memory, size), &mut common, &watched));
        found.extend(memory.chunks_exact(size).flat_map(|group| group[..KEPT].to_vec()));
    }
    (now, found, sound)
}

#[test]
fn order_chains_and_what_is_computed_once_change_no_bit() {
    let mut rule = Rule(1);
    let (mut finite, mut cases) = (0, 0);
    for case in 0..3_000 {
        let (expected, found, sound) = ran(&mut rule, 1 + case % 3);
        for group in found.chunks_exact(KEPT) {
            for (at, (strip, x)) in group.iter().zip(&expected).enumerate() {
                let same = |y: &f64| y.to_bits() == x.to_bits() || (y.is_nan() && x.is_nan());
                assert!(strip.0.iter().all(same), "case {case}, {at}: {} instead of {x}", strip.0[0]);
            }
        }
        let all = expected.iter().all(|x| x.is_finite());
        let small = expected.iter().all(|x| x.abs() < 1e300);
        assert!(
            sound.iter().all(|sound| all || !*sound),
            "case {case}: not finite, and not seen: {expected:?}"
        );
        assert!(
            sound.iter().all(|sound| *sound || !small),
            "case {case}: finite, and not seen: {expected:?}"
        );
        finite += usize::from(all);
        cases += 1;
    }
    // Both happen.
    assert!(finite > 300 && cases - finite > 100, "{finite} of {cases}");
}

/// `a * b / c - d` takes two passes, and what follows from what is given none.
#[test]
fn pairs_are_one_and_what_is_given_is_computed_once() {
    let mut coder = Coder::default();
    let [a, b, c, d, into] = [(); 5].map(|()| coder.keep());
    coder.fix(d);
    let product = coder.binary(Binary::Multiply, a, b);
    let quotient = coder.binary(Binary::Divide, product, c);
    let negative = coder.unary(Unary::Negate, d);
    let sum = coder.binary(Binary::Add, quotient, negative);
    let (half, two) = (coder.number(0.5), coder.number(2.0));
    assert_eq!(coder.binary(Binary::Divide, a, two), coder.binary(Binary::Multiply, a, half));
    assert_eq!(coder.binary(Binary::Divide, half, two), coder.number(0.25));
    coder.write(sum, into);
    assert_eq!((coder.finish().len(), coder.once().len(), coder.layout().fixed), (2, 1, 1));
}
