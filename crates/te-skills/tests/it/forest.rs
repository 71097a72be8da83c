//! Forest, learning and badges.

use proptest::prelude::*;
use te_skills::SkillError;
use te_skills::forest::{Forest, Skill};
use te_skills::knowledge::Knowledge;
use te_skills::learner::{Learner, badge_hash};

fn name(k: usize) -> String {
    format!("tree{}/skill{k:02}", k % 3)
}

/// A forest of `n` skills; `links` name edges from the lower to the higher number.
fn grow(n: usize, links: &[(usize, usize)], reversed: bool) -> Forest {
    let mut skills: Vec<Skill> = (0..n).map(|k| Skill::new(&name(k))).collect();
    let mut edges: Vec<(String, String)> = links
        .iter()
        .map(|(a, b)| (a % n, b % n))
        .filter(|(a, b)| a != b)
        .map(|(a, b)| (name(a.min(b)), name(a.max(b))))
        .collect();
    if reversed {
        skills.reverse();
        edges.reverse();
    }
    Forest::new(skills, edges.iter().map(|(a, b)| (a.as_str(), b.as_str()))).unwrap()
}

#[test]
fn refusals_name_the_skill() {
    let skills = || ["a/x", "a/y"].map(Skill::new);
    let error = |result: Result<Forest, SkillError>| result.unwrap_err().to_string();
    assert_eq!(
        error(Forest::new(skills(), [("a/x", "a/z")])),
        "there is no skill a/z in the forest (nearest: a/x)"
    );
    assert_eq!(error(Forest::new(["a/x", "a/x"].map(Skill::new), [])), "skill a/x is declared twice");
    assert!(matches!(Forest::new([Skill::new("ax")], []), Err(SkillError::BadName { .. })));
    assert!(matches!(Forest::new([Skill::new("a/b/c")], []), Err(SkillError::BadName { .. })));
    assert_eq!(error(Forest::new(skills(), [("a/x", "a/x")])), "prerequisites run in a circle: a/x -> a/x");
    let hard = Skill { difficulty: 0.0, ..Skill::new("a/x") };
    assert!(Forest::new([hard], []).is_err());
    assert!(Knowledge::new(0.2, 0.1, 0.9, 0.1, 0.0, 0.95).is_err());
    assert!(Knowledge::new(0.95, 0.1, 0.2, 0.1, 0.0, 0.95).is_err());
}

#[test]
fn a_long_circle_is_listed_once_around() {
    let skills = ["t/a", "t/b", "t/c", "t/d", "t/e"].map(Skill::new);
    let edges = [("t/a", "t/d"), ("t/d", "t/b"), ("t/b", "t/c"), ("t/c", "t/d"), ("t/c", "t/e")];
    let Err(SkillError::Cycle { cycle }) = Forest::new(skills, edges) else {
        panic!("a circle was accepted")
    };
    assert_eq!(cycle, ["t/b", "t/c", "t/d", "t/b"]);
}

#[test]
fn badges_are_issued_once_and_stay() {
    let forest = grow(3, &[(0, 1), (1, 2)], false);
    let mut learner = Learner::new("ada", &forest);
    let (first, last) = (forest.position(&name(0)).unwrap(), forest.position(&name(2)).unwrap());
    assert!(matches!(learner.issue_badge(&forest, first, "p"), Err(SkillError::NoBadge { .. })));
    assert!(matches!(learner.practise(&forest, last, true), Err(SkillError::Locked { .. })));
    assert_eq!(learner.path_to(&forest, last).unwrap().len(), 3);
    let (hours, _) = learner.cost_of(&forest, last, 1.0).unwrap().unwrap();
    // Three skills from 0.2 to 0.95 at 15 % an hour.
    assert!((hours - 3.0 * (0.8f64 / 0.05).ln() / -(0.85f64.ln())).abs() < 1e-9);
    for _ in 0..3 {
        let skill = learner.deepest_available(&forest).unwrap();
        learner.teach(&forest, skill, 100.0, 1.0).unwrap();
        let hash = learner.issue_badge(&forest, skill, "spring").unwrap().to_owned();
        assert_eq!(hash, badge_hash(&forest.hash(), &forest.skill(skill).unwrap().name, "ada", "spring"));
        assert_eq!(hash.len(), 64);
    }
    assert!(matches!(learner.issue_badge(&forest, last, "autumn"), Err(SkillError::NoBadge { .. })));
    assert_eq!((learner.badge_count(), learner.depth_completed(&forest), learner.locked(&forest)), (3, 3, 0));

    // Knowledge fades, badges do not.
    let fading = Knowledge::new(0.2, 0.15, 0.2, 0.1, 2.0, 0.95).unwrap();
    let forest = Forest::new([Skill { knowledge: fading, ..Skill::new("t/x") }], []).unwrap();
    let mut learner = Learner::new("bo", &forest);
    learner.teach(&forest, 0, 100.0, 1.0).unwrap();
    learner.issue_badge(&forest, 0, "p").unwrap();
    learner.forget(&forest, std::f64::consts::LN_2 / 2.0).unwrap();
    assert!((learner.mastery(0).unwrap() - 0.6).abs() < 1e-6);
    assert!(learner.has_mastered(&forest, 0));
}

#[test]
fn a_long_path_takes_memory_and_time_of_its_length() {
    // Every skill needs all before it: kept for each, they would be two hundred million.
    let links: Vec<(usize, usize)> = (1..20_000).map(|k| (k - 1, k)).collect();
    let skills: Vec<Skill> = (0..20_000).map(|k| Skill::new(&format!("t/{k:05}"))).collect();
    let names: Vec<String> = skills.iter().map(|skill| skill.name.clone()).collect();
    let begun = std::time::Instant::now();
    let edges = links.iter().map(|(a, b)| (names[*a].as_str(), names[*b].as_str()));
    let forest = Forest::new(skills, edges).unwrap();
    let learner = Learner::new("ada", &forest);
    assert_eq!(forest.ancestors(19_999).len(), 19_999);
    assert_eq!(learner.path_to(&forest, 19_999).unwrap(), (0..20_000).collect::<Vec<_>>());
    assert!(learner.cost_of(&forest, 19_999, 1.0).unwrap().unwrap().0 > 0.0);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn snapshots_keep_forest_and_learner() {
    let forest = grow(8, &[(0, 3), (3, 5), (1, 5), (5, 7)], false);
    let text = serde_json::to_string(&forest).unwrap();
    let back: Forest = serde_json::from_str(&text).unwrap();
    assert_eq!(back, forest);
    assert_eq!((back.hash(), back.order()), (forest.hash(), forest.order()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_hash_does_not_depend_on_the_order_of_insertion(
        n in 1usize..20, links in prop::collection::vec((0usize..20, 0usize..20), 0..40),
    ) {
        let (forward, backward) = (grow(n, &links, false), grow(n, &links, true));
        prop_assert_eq!(forward.hash(), backward.hash());
        prop_assert_eq!(&forward, &backward);
        for (before, after) in forward.edges() {
            let (before, after) = (forward.position(&before).unwrap(), forward.position(&after).unwrap());
            prop_assert!(forward.depth(before) < forward.depth(after));
            prop_assert!(forward.ancestors(after).contains(&before));
        }
    }

    #[test]
    fn another_edge_opens_nothing(
        n in 2usize..15, links in prop::collection::vec((0usize..15, 0usize..15), 0..25), more in (0usize..15, 0usize..15),
        taught in prop::collection::vec(0usize..15, 0..20),
    ) {
        let plain = grow(n, &links, false);
        let mut with = links.clone();
        with.push(more);
        let fuller = grow(n, &with, false);
        // The same knowledge under both forests.
        let mut learner = Learner::new("ada", &plain);
        for skill in taught {
            let _locked = learner.teach(&plain, skill % n, 100.0, 1.0);
        }
        let open: Vec<usize> = learner.available(&plain).collect();
        prop_assert!(learner.available(&fuller).all(|skill| open.contains(&skill)));
    }

    #[test]
    fn mastery_is_a_probability_and_answers_speak_the_right_way(
        p in 0.0..=1.0f64, initial in 0.0..0.9f64, learn in 0.0..=1.0f64, slip in 0.0..0.9f64, share in 0.0..0.99f64,
        hours in 0.0..50.0f64, years in 0.0..10.0f64, forgetting in 0.0..5.0f64,
    ) {
        let guess = share * (1.0 - slip);
        let skill = Knowledge::new(initial, learn, guess, slip, forgetting, 0.95).unwrap();
        let chance = skill.correct_probability(p).unwrap();
        let (mut mean, mut total) = (0.0, 0.0);
        for (correct, weight) in [(true, chance), (false, 1.0 - chance)] {
            if weight > 1e-9 {
                let posterior = skill.posterior(p, correct).unwrap();
                mean += weight * posterior;
                total += weight;
                if correct { prop_assert!(posterior >= p - 1e-12) } else { prop_assert!(posterior <= p + 1e-12) }
                prop_assert!((0.0..=1.0).contains(&skill.practised(p, correct).unwrap()));
            }
        }
        // The mean of what will be believed is what is believed now.
        prop_assert!(total < 1.0 - 1e-9 || (mean - p).abs() < 1e-9);
        prop_assert!((0.0..=1.0).contains(&skill.taught(p, hours, 1.0).unwrap()));
        let faded = skill.forgotten(p, years).unwrap();
        prop_assert!(faded >= p.min(initial) - 1e-12 && faded <= p.max(initial) + 1e-12);
        let halves = skill.forgotten(skill.forgotten(p, years / 2.0).unwrap(), years / 2.0).unwrap();
        prop_assert!((halves - faded).abs() < 1e-12);
    }

    #[test]
    fn always_right_tends_to_mastery(p in 0.0..1.0f64) {
        let skill = Knowledge::default();
        let end = (0..60).fold(p, |p, _| skill.practised(p, true).unwrap());
        prop_assert!(end > 0.999);
    }
}
