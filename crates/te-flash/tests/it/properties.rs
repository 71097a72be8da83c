//! What holds in every run.

use proptest::prelude::*;
use te_amm::{Decimal28, Number, PoolNumber};
use te_flash::stake::needed;
use te_flash::{Config, Draw, Flash, Profile, Reserves, Setup, Target, Token};

fn n(value: f64) -> Decimal28 {
    Decimal28::from_float(value).unwrap()
}

fn draws() -> impl Strategy<Value = Vec<(f64, bool, u32)>> {
    prop::collection::vec((1e-6..1000.0f64, any::<bool>(), 0u32..25), 1..30)
}

fn pool() -> impl Strategy<Value = Reserves<Decimal28>> {
    (1e3..1e7f64, 1e3..1e7f64).prop_map(|(alt, flash)| Reserves { alt: n(alt), flash: n(flash) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Corrected: ALT is neither made nor lost, FLASH grows by what is minted, and a refused step changes nothing.
    #[test]
    fn tokens_are_conserved(external in pool(), internal in pool(), mint in 0.01..0.5f64, draws in draws()) {
        let setup = Setup { mint_rate: n(mint), market_apy: n(0.01), external, internal };
        let mut model = Flash::new(setup, Config::of(Profile::Corrected).unwrap()).unwrap();
        let held = |m: &Flash<Decimal28>| {
            let alt = m.external().alt.try_add(m.internal().alt).unwrap();
            let flash = m.external().flash.try_add(m.internal().flash).unwrap().try_add(m.staked()).unwrap();
            (alt, flash)
        };
        let (alt_start, flash_start) = held(&model);
        let scale = alt_start.approximate() + flash_start.approximate();
        // What traders, arbitrageurs and stakers gave and took.
        let (mut alt_in, mut flash_in) = (Decimal28::ZERO, Decimal28::ZERO);
        for (amount, flash, rate) in draws {
            let draw = Draw {
                market_apy: n(f64::from(rate)).try_div(n(100.0)).unwrap(),
                amount: n(amount),
                token: if flash { Token::Flash } else { Token::Alt },
            };
            let before = model;
            let Ok(events) = model.step(&draw) else {
                prop_assert_eq!(model, before);
                break;
            };
            let mut flow = |token: Token, given: Decimal28, taken: Decimal28| {
                let (a, f) = if token == Token::Alt { (given, taken) } else { (taken, given) };
                let (plus, minus) = if token == Token::Alt { (&mut alt_in, &mut flash_in) } else { (&mut flash_in, &mut alt_in) };
                *plus = plus.try_add(if token == Token::Alt { a } else { f }).unwrap();
                *minus = minus.try_sub(if token == Token::Alt { f } else { a }).unwrap();
            };
            flow(draw.token, draw.amount, events.ext_out);
            flow(events.arb_token, events.arb_in, events.arb_out);
            // Stakers give ALT, and sell what is minted for ALT; the stake itself stays in the system.
            alt_in = alt_in.try_add(events.stake_alt_in).unwrap().try_sub(events.ext_stake_out).unwrap();
            prop_assert!(events.arb_profit.approximate() >= -1e-20 * scale);
            prop_assert!(model.staked() >= before.staked());
            let (alt, flash) = held(&model);
            let gap = |now: Decimal28, then: Decimal28, flow: Decimal28| now.try_sub(then).unwrap().try_sub(flow).unwrap().approximate().abs();
            prop_assert!(gap(alt, alt_start, alt_in) < 1e-22 * scale);
            prop_assert!(gap(flash, flash_start, flash_in.try_add(model.minted()).unwrap()) < 1e-22 * scale);
        }
    }

    /// Selling what is needed brings the price to its target.
    #[test]
    fn the_need_takes_the_premium_away(external in pool(), premium in 0.001..0.5f64, additive in any::<bool>()) {
        let mut config = Config::<Decimal28>::of(Profile::Corrected).unwrap();
        config.fee_ext = Decimal28::ZERO;
        config.target = if additive { Target::Additive } else { Target::Proportional };
        let (price, d) = (external.price().unwrap(), n(premium));
        let target = if additive {
            price.try_sub(d).unwrap()
        } else {
            price.try_mul(Decimal28::ONE.try_sub(d).unwrap()).unwrap()
        };
        match needed(&external, d, &config) {
            Ok(need) => {
                let out = te_amm::swap::exact_in(external.flash, external.alt, need, Decimal28::ZERO).unwrap();
                let after = external.alt.try_sub(out).unwrap().try_div(external.flash.try_add(need).unwrap()).unwrap();
                prop_assert!((after.try_sub(target).unwrap().approximate() / target.approximate()).abs() < 1e-20);
            }
            Err(_) => prop_assert!(target <= Decimal28::ZERO),
        }
    }
}

/// The published target draws the price to 0.9 for a premium of 0.09: the fixed point of p^2 - p + d = 0.
#[test]
fn the_published_model_hovers_at_its_fixed_point() {
    let even = Reserves { alt: 100_000.0, flash: 100_000.0 };
    let setup = Setup { mint_rate: 0.1, market_apy: 0.01, external: even, internal: even };
    let mut model = Flash::new(setup, Config::of(Profile::Seed).unwrap()).unwrap();
    for step in 0..40 {
        let token = if step % 2 == 0 { Token::Alt } else { Token::Flash };
        model.step(&Draw { market_apy: 0.17, amount: 50.0, token }).unwrap();
    }
    assert!((model.external().price().unwrap() - 0.9).abs() < 0.005);
}
