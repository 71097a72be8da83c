//! Draws follow their laws, correlations included.

use crate::{column, experiment, read};
use std::f64::consts::{FRAC_2_PI, PI};
use te_equations::Equations;
use te_math::{asin, atan, cos, exp, powi, sin};
use te_testkit::law::{check_moments, kolmogorov};

fn component(rest: &str) -> String {
    format!("[component]\nkind = \"test/it\"\ntime = \"month\"\nunits = \"off\"\n{rest}")
}

/// 40,000 draws, each of 40 runs.
fn draws(of: &str) -> Vec<f64> {
    let text = component(&format!("[draw]\nx = {{ of = \"{of}\" }}\n"));
    let found = column(&experiment(&read(&text), 1000).runs(40).seed(3), "it.x");
    found.chunks(1001).flat_map(|run| run[1..].iter().copied()).collect()
}

/// The error function by its series, good to 1e-11 for arguments up to 3.5.
fn erf(x: f64) -> f64 {
    let (mut sum, mut term) = (x, x);
    for n in 1..100 {
        let n = f64::from(n);
        term *= -x * x / n;
        sum += term / (2.0 * n + 1.0);
    }
    2.0 / PI.sqrt() * sum
}

#[test]
fn continuous_laws() {
    type Cdf = fn(f64) -> f64;
    let laws: [(&str, f64, f64, Cdf); 6] = [
        ("gamma(2, 3)", 6.0, 18.0, |x| 1.0 - exp(-x / 3.0) * (1.0 + x / 3.0)),
        // Of the square of a normal.
        ("gamma(0.5, 2)", 1.0, 2.0, |x| erf((x / 2.0).sqrt())),
        ("beta(2, 3)", 0.4, 0.04, |x| x * x * (6.0 - 8.0 * x + 3.0 * x * x)),
        ("beta(0.5, 0.5)", 0.5, 0.125, |x| FRAC_2_PI * asin(x.sqrt())),
        ("pareto(2, 5)", 2.5, 5.0 * 4.0 / (16.0 * 3.0), |x| 1.0 - powi(2.0 / x, 5)),
        ("student(7)", 0.0, 1.4, |x| {
            // The closed form of 7 degrees of freedom.
            let t = atan(x / 7.0_f64.sqrt());
            let c = cos(t);
            0.5 + (t + sin(t) * (c + 2.0 / 3.0 * powi(c, 3) + 8.0 / 15.0 * powi(c, 5))) / PI
        }),
    ];
    for (of, mean, variance, cdf) in laws {
        let found = draws(of);
        check_moments(&found, mean, variance, of);
        let distance = kolmogorov(found, cdf);
        assert!(distance < 2.0, "{of}: {distance}");
    }
    // Without a mean: its distribution alone.
    let distance = kolmogorov(draws("student(1)"), |x| 0.5 + atan(x) / PI);
    assert!(distance < 2.0, "Cauchy: {distance}");
}

#[test]
fn whole_numbers() {
    for (of, mean, variance) in [
        ("binomial(10, 0.3)", 3.0, 2.1),
        ("binomial(1000, 0.02)", 20.0, 19.6),
        ("binomial(1e12, 0.5)", 5e11, 2.5e11),
        ("binomial(500, 0.999)", 499.5, 0.4995),
        ("discrete(-1, 1, 0, 2, 5, 1)", 1.0, 5.5),
        ("binomial(0, 0.5)", 0.0, 0.0),
        ("binomial(70, 1)", 70.0, 0.0),
    ] {
        let found = draws(of);
        assert!(found.iter().all(|x| x.fract() == 0.0));
        if variance > 0.0 {
            check_moments(&found, mean, variance, of);
        } else {
            assert!(found.iter().all(|x| *x == mean), "{of}");
        }
    }
    // The probabilities of a binomial of 40, which is halved once.
    let found = draws("binomial(40, 0.25)");
    let (mut p, mut below) = (powi(0.75, 40), Vec::new());
    for k in 0..40 {
        below.push(p);
        p *= f64::from(40 - k) / f64::from(k + 1) / 3.0;
    }
    for (k, p) in below.iter().enumerate() {
        let share = found.iter().filter(|x| **x == k as f64).count() as f64 / found.len() as f64;
        assert!(
            (share - p).abs() < 5.0 * (p / found.len() as f64).sqrt() + 1e-4,
            "{k}: {share} instead of {p}"
        );
    }
}

#[test]
fn one_of_given_values() {
    let text = component("[draw]\nx = { of = \"empirical\", values = [1, 2, 2, 10] }\n");
    let found = column(&experiment(&read(&text), 2000).runs(10).seed(3), "it.x");
    let found: Vec<f64> = found.chunks(2001).flat_map(|run| run[1..].iter().copied()).collect();
    check_moments(&found, 3.75, 13.1875, "empirical");
    let share = |x: f64| found.iter().filter(|y| **y == x).count();
    assert_eq!(share(1.0) + share(2.0) + share(10.0), found.len());
    assert!(share(2.0).abs_diff(found.len() / 2) < 300);
    // From a column of a file.
    let text = component(
        "[draw]\nx = { of = \"empirical\", values = { file = \"r.csv\", column = \"r\" }, every = \"run\" }\n",
    );
    let equations = Equations::parse_with(&text, &|_| Ok(vec![4.0].into())).unwrap();
    assert_eq!(column(&experiment(&equations, 2), "it.x"), [4.0; 3]);
}

#[test]
fn normals_are_correlated_as_asked() {
    let text = component(
        "[param]\nsd = { default = 2 }\n[draw]\nalone = { of = \"normal(0, 1)\" }\na = { of = \"normal(1, sd)\" }\n\
         b = { of = \"normal(0, 1)\" }\nc = { of = \"normal(-3, 0.5)\" }\n\
         [draws.market]\nnames = [\"a\", \"b\", \"c\"]\ncorrelation = [[1, 0.6, -0.3], [0.6, 1, 0.2], [-0.3, 0.2, 1]]\n",
    );
    let of = |text: &str, name: &str| -> Vec<f64> {
        let found = column(&experiment(&read(text), 1000).runs(40).seed(3), name);
        found.chunks(1001).flat_map(|run| run[1..].iter().copied()).collect()
    };
    let (a, b, c) = (of(&text, "it.a"), of(&text, "it.b"), of(&text, "it.c"));
    check_moments(&a, 1.0, 4.0, "a");
    check_moments(&b, 0.0, 1.0, "b");
    check_moments(&c, -3.0, 0.25, "c");
    let product = |x: &[f64], y: &[f64], mx: f64, my: f64| -> Vec<f64> {
        x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).collect()
    };
    // The variance of a product of correlated normals is sx^2 sy^2 (1 + rho^2).
    check_moments(&product(&a, &b, 1.0, 0.0), 1.2, 4.0 * 1.36, "a and b");
    check_moments(&product(&a, &c, 1.0, -3.0), -0.3, 1.09, "a and c");
    check_moments(&product(&b, &c, 0.0, -3.0), 0.1, 0.25 * 1.04, "b and c");
    // The first is what it is alone, and others are not disturbed.
    let alone = text.split("[draws").next().unwrap();
    assert_eq!(of(alone, "it.alone"), of(&text, "it.alone"));
    assert!(of(alone, "it.a").iter().zip(&a).all(|(x, y)| (x - y).abs() < 1e-14));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let one = "[draw]\na = { of = \"normal(0, 1)\" }\nb = { of = \"normal(0, 1)\", every = \"run\" }\nc = { of = \"uniform(0, 1)\" }\nd = { of = \"normal(0, 1)\" }\n[draws.g]\n";
    for (rest, expected) in [
        ("names = [\"a\", \"b\"]\ncorrelation = 0.5", "11:15: TE0512: `b` is not drawn when `a` is"),
        (
            "names = [\"a\", \"c\"]\ncorrelation = 0.5",
            "11:15: TE0512: `c` is `uniform(0, 1)`: normal draws alone",
        ),
        ("names = [\"a\", \"e\"]\ncorrelation = 0.5", "11:15: TE0512: there is no draw `e`"),
        ("names = [\"a\", \"a\"]\ncorrelation = 0.5", "11:15: TE0512: `a` is named twice"),
        (
            "names = [\"a\", \"d\"]\ncorrelation = 1",
            "12:15: TE0512: `correlation` of [draws.g] is not positive definite",
        ),
        (
            "names = [\"a\", \"d\"]\ncorrelation = [[1, 0.5], [0.4, 1]]",
            "must be 1 with itself, and the same both ways",
        ),
        ("names = [\"a\", \"d\"]\ncorrelation = [[1, 0.5]]", "must be a number, or 2 lists of 2 numbers"),
        ("names = [\"a\", \"d\"]", "TE0512: [draws.g] needs `names` and `correlation`"),
    ] {
        let found = Equations::parse(&component(&format!("{one}{rest}\n"))).expect_err(rest).to_string();
        assert!(found.contains(expected), "{rest}\n{found}");
    }
    for (of, expected) in [
        ("discrete(1, 2, 3)", "`discrete` takes values with their weights: discrete(x1, w1, x2, w2, …)"),
        ("gama(1, 2)", "no law `gama`; did you mean `gamma`?"),
        ("empirical", "needs `values`: numbers, or"),
        ("student(1, 2)", "`student` takes 1: student(degrees)"),
    ] {
        let found = Equations::parse(&component(&format!("[draw]\nx = {{ of = \"{of}\" }}\n")))
            .expect_err(of)
            .to_string();
        assert!(found.contains(expected), "{of}\n{found}");
    }
    for (of, expected) in [
        ("binomial(1.5, 0.5)", "n of a binomial draw"),
        ("binomial(2, t - 3)", "p of a binomial draw"),
        ("gamma(0, 1)", "shape of a gamma draw"),
        ("beta(1, -1)", "b of a beta draw"),
        ("student(0)", "degrees of freedom"),
        ("pareto(-1, 1)", "least value of a pareto draw"),
        ("discrete(1, 0, 2, 0)", "sum of the weights"),
        ("discrete(1, 1, 2, -1)", "a weight of a discrete draw"),
    ] {
        let text = component(&format!("[draw]\nx = {{ of = \"{of}\" }}\n"));
        let results = experiment(&read(&text), 5).run().unwrap();
        assert!(results.failures[0].to_string().contains(expected), "{of}: {}", results.failures[0]);
    }
}
