use crate::system::expression::{Expression, Reading};

fn value(text: &str) -> f64 {
    let read = &mut |reading: Reading<'_>| match reading {
        Reading::Column("a.b") => 3.0,
        Reading::Lag { name: "a.b", steps, initial: None } => 3.0 + f64::from(steps),
        Reading::Lag { initial: Some(initial), .. } => initial,
        Reading::Param(_) => 11.0,
        Reading::Timestep => 5.0,
        _ => 2.0,
    };
    Expression::parse(text).unwrap_or_else(|e| panic!("{e}")).evaluate(read)
}

#[test]
fn precedence_and_functions() {
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("-x ^ 2", -4.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("2 ^ -x ^ 2", 0.0625),
        ("2 ^ -x * 4", 1.0),
        ("- - + x - -x", 4.0),
        ("8 / 2 / 2", 2.0),
        ("(1 + 2) * 3", 9.0),
        ("a.b - 1 - 1", 1.0),
        ("lag(a.b, 2)", 5.0),
        ("lag(a.b, 0)", 3.0),
        ("lag(a.b, 2, x * (3 + 4)) + 1", 15.0),
        ("param(a.b) + t + timestep", 21.0),
        ("if(a.b > x, 10, 20)", 10.0),
        ("if(a.b < x, 10, if(1 < 2, 30, 40))", 30.0),
        ("not (1 < 2) or 3 >= 3 and 1 != 1", 0.0),
        ("not 0 < 1", 0.0),
        ("1 or 0 and 0", 1.0),
        ("min(1, 2) + max(1, 2) + abs(-4) + sqrt(9)", 10.0),
        ("1e3 / 2.5E+1", 40.0),
        ("-1 % 3 + 10 * (1 % -3) + 5.5 % 2", -16.5),
        ("min(3, 1, 2) + 10 * max(1, 3, 2, 0)", 31.0),
        ("clamp(5, 0, 3) + clamp(-5, 0, 3) + clamp(2, 0, 3)", 5.0),
        ("case(x < 1, 10, x < 3, 20, 30) + case(0, 1, 2)", 22.0),
        ("ratio(1, 0, 7) + ratio(6, 3, 7)", 9.0),
        ("floor(-1.5) + ceil(1.2) + trunc(-1.7) + sign(-3) + sign(0)", -2.0),
        (
            "sin(0) + cos(0) + tan(0) + asin(0) + acos(1) + atan(0) + 4 * atan2(1, 1)",
            1.0 + std::f64::consts::PI,
        ),
        ("round(2.5) + round(-2.5) + round(7, 5) + log10(1000)", 8.0),
        ("1_000_000 / 1_0.5e0", 1_000_000.0 / 10.5),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn refusals_name_the_position() {
    for (text, column) in [
        ("1 +", 4),
        ("foo(1)", 1),
        ("1 $ 2", 3),
        ("(1", 3),
        ("1 2", 3),
        ("lag(1, 2)", 1),
        ("1 + lag(x, 1.5)", 12),
        ("lag(x, 1, lag(y, 1))", 11),
        ("1..2", 1),
        ("1 + min(1)", 5),
        ("1 + abs(1, 2)", 5),
        ("1 + clamp(1, 2)", 5),
        ("atan2(1)", 1),
        ("case(1, 2, 3, 4)", 1),
        ("case(1)", 1),
        ("round(1, 2, 3)", 1),
        ("a < b < c", 7),
        ("1, 2", 2),
        ("1)", 2),
        ("()", 2),
        ("x and and y", 7),
        ("1__0", 2),
        ("é + $", 5),
        ("param(1)", 1),
        ("", 1),
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!(error.column, column, "{text}: {error}");
        assert_eq!(text.chars().take(column - 1).map(char::len_utf8).sum::<usize>(), error.offset, "{text}");
    }
    assert!(Expression::parse(&"(".repeat(10_000)).is_err());
    assert!(Expression::parse(&"-".repeat(10_000)).is_err());
}

/// Neither depth nor length costs stack: run on a thread that has next to none.
#[test]
fn depth_and_length_cost_no_stack() {
    let deep = |open: &str, inner: &str, close: &str, n: usize| {
        format!("{}{inner}{}", open.repeat(n), close.repeat(n))
    };
    let texts = [
        (vec!["1"; 20_000].join(" + "), 20_000.0),
        (deep("(", "7", ")", 100_000), 7.0),
        (deep("-", "7", "", 50_000), 7.0),
        (deep("if(t < 0, 1, ", "9", ")", 19_000), 9.0),
        (deep("2 - (", "1", ")", 30_000), 1.0),
        (deep("1 ^ ", "1", "", 30_000), 1.0),
        (deep("abs(-", "1", ")", 30_000), 1.0),
    ];
    let run = move || {
        for (text, expected) in texts {
            let expression = Expression::parse(&text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(expression.evaluate(&mut |_| 5.0), expected);
            assert_eq!(expression.renamed(&|name| name.to_owned()), expression);
            assert_eq!(expression.names(), [""; 0]);
            drop(format!("{:?}", expression.clone()));
        }
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn limits_are_stated() {
    let long = " ".repeat(Expression::MAX_LENGTH + 1);
    let error = Expression::parse(&long).unwrap_err();
    assert!(error.to_string().ends_with("it has 1048577 bytes: allowed are 1048576"), "{error}");
    let many = vec!["1"; Expression::MAX_TERMS].join("+");
    let error = Expression::parse(&many).unwrap_err();
    assert!(error.message.contains("more than 100000"), "{error}");
    assert!(error.to_string().len() < 400);
    assert!(Expression::parse(&vec!["1"; Expression::MAX_TERMS / 2].join("+")).is_ok());
}
