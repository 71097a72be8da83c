//! What holds for every Dutch auction.

use proptest::prelude::*;

use te_issuance::dutch_auction::{Decline, Sales, Terms, price, sell};

fn terms() -> impl Strategy<Value = Terms> {
    let decline = prop_oneof![Just(Decline::Linear), Just(Decline::Exponential)];
    let prices = prop_oneof![1e-6..1e9, Just(1.0)].prop_flat_map(|start| (Just(start), 0.0..=1.0));
    (decline, prices, 0.1..1e4, 0.0..1e12).prop_map(|(decline, (start, share), duration, supply)| Terms {
        decline,
        start,
        reserve: f64::max(start * share, 1e-9),
        duration,
        supply,
    })
}

proptest! {
    #[test]
    fn the_price_never_rises_from_start_to_reserve(
        terms in terms(),
        mut times in proptest::collection::vec(0.0..2e4, 2..50),
    ) {
        times.extend([0.0, terms.duration]);
        times.extend(times.clone().iter().map(|t| t.next_up()));
        times.sort_by(f64::total_cmp);
        let prices = times.iter().map(|t| price(&terms, *t)).collect::<Result<Vec<_>, _>>()?;
        prop_assert!(prices.windows(2).all(|pair| pair[1] <= pair[0]), "{prices:?}");
        prop_assert!(prices.iter().all(|price| (terms.reserve..=terms.start).contains(price)), "{prices:?}");
        prop_assert_eq!((prices[0], price(&terms, terms.duration)?), (terms.start, terms.reserve));
    }

    #[test]
    fn no_more_is_sold_than_there_is(terms in terms(), demands in proptest::collection::vec(0.0..1e12, 1..50)) {
        let mut sales = Sales::default();
        for (t, demand) in demands.into_iter().enumerate() {
            let before = sales;
            let (price, after) = sell(&terms, t as f64, before, demand)?;
            prop_assert_eq!(after.revenue, before.revenue + price * (after.sold - before.sold));
            let wanted = before.sold + if t as f64 <= terms.duration { demand } else { 0.0 };
            prop_assert_eq!(after.sold, wanted.min(terms.supply));
            prop_assert!((before.sold..=terms.supply).contains(&after.sold));
            sales = after;
        }
    }
}

#[test]
fn what_is_out_of_range_is_refused() {
    let terms = Terms { decline: Decline::Linear, start: 8.0, reserve: 2.0, duration: 10.0, supply: 100.0 };
    let refused = |terms: Terms, t, sold, demand| {
        sell(&terms, t, Sales { sold, revenue: 0.0 }, demand).unwrap_err().quantity.into_owned()
    };
    for bad in [f64::NAN, f64::INFINITY, -1.0] {
        assert_eq!(refused(Terms { start: bad, ..terms }, 1.0, 0.0, 1.0), "start");
        assert_eq!(refused(Terms { reserve: bad, ..terms }, 1.0, 0.0, 1.0), "reserve");
        assert_eq!(refused(Terms { supply: bad, ..terms }, 1.0, 0.0, 1.0), "supply");
        assert_eq!(refused(terms, bad, 0.0, 1.0), "t");
        assert_eq!(refused(terms, 1.0, bad, 1.0), "sold");
        assert_eq!(refused(terms, 1.0, 0.0, bad), "demand");
    }
    assert_eq!(refused(Terms { duration: 0.0, ..terms }, 1.0, 0.0, 1.0), "duration");
    let free = Terms { decline: Decline::Exponential, reserve: 0.0, ..terms };
    assert_eq!(refused(free, 1.0, 0.0, 1.0), "reserve");
    let dear = Terms { start: 1e300, supply: 1e300, ..terms };
    assert_eq!(refused(dear, 1.0, 0.0, 1e300), "revenue");
}
