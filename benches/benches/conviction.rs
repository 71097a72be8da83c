//! Conviction voting: whole runs of the community at several sizes, and the recursion against flat compressed rows.
//!
//! The published Python needs 45.8 CPU seconds for 100 steps of 30 participants and 377 for 60 (cadCAD 0.4.21, Python
//! 3.8); for 500 it is estimated at 142,000. A rewrite in plain Python needs 0.06, 0.31 and 14.9.
#![expect(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use te_conviction::community::Community;
use te_conviction::community::network::{Network, Status};
use te_conviction::community::parameters::CommunityParams;
use te_core::{Stream, StreamKey};

fn founded(participants: u32, run: u64) -> (Community, Stream) {
    let params = CommunityParams { participants, ..CommunityParams::default() };
    let mut community = Community::new(params).unwrap();
    let mut stream = Stream::new(StreamKey { seed: 1, run, subset: None }, "community");
    community.found(&mut stream);
    (community, stream)
}

fn runs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conviction/100 steps");
    for participants in [30, 60, 500, 5_000] {
        group.sample_size(if participants > 1_000 { 10 } else { 30 });
        let mut run = 0;
        group.bench_function(BenchmarkId::from_parameter(participants), |bencher| {
            bencher.iter_batched(
                || {
                    run += 1;
                    founded(participants, run)
                },
                |(mut community, mut stream)| {
                    for _ in 0..100 {
                        community.step(&mut stream).unwrap();
                    }
                    community
                },
                if participants > 1_000 { BatchSize::PerIteration } else { BatchSize::SmallInput },
            );
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("conviction/founding");
    group.sample_size(10);
    for participants in [30, 500, 5_000] {
        let mut run = 0;
        group.bench_function(BenchmarkId::from_parameter(participants), |bencher| {
            bencher.iter(|| {
                run += 1;
                founded(participants, run)
            });
        });
    }
    group.finish();
}

/// A network of candidates only, every participant staking on each.
fn network(participants: usize, proposals: usize) -> Network {
    let mut network = Network::default();
    for _ in 0..participants {
        network.add_participant(100.0, 0.5, &[]).unwrap();
    }
    for proposal in 0..proposals {
        network.add_proposal(10.0, &vec![0.5; participants]).unwrap();
        network.set_standing(proposal, Status::Candidate, 1).unwrap();
        for participant in 0..participants {
            let tokens = 1.0 + ((participant * 31 + proposal * 17) % 97) as f64;
            network.set_stake(participant, proposal, tokens, 0.0).unwrap();
        }
    }
    network
}

/// The same numbers as a hand would lay them out: compressed rows of a proposal's supporters.
struct CompressedRows {
    offsets: Vec<usize>,
    tokens: Vec<f64>,
    conviction: Vec<f64>,
    sums: Vec<f64>,
}

impl CompressedRows {
    fn of(network: &Network) -> Self {
        let columns = network.support_columns();
        let mut rows =
            Self { offsets: vec![0], tokens: Vec::new(), conviction: Vec::new(), sums: Vec::new() };
        for column in columns {
            rows.tokens.extend_from_slice(column.tokens());
            rows.conviction.extend_from_slice(column.conviction());
            rows.offsets.push(rows.tokens.len());
            rows.sums.push(0.0);
        }
        rows
    }

    fn accrue(&mut self, alpha: f64) {
        for (row, sum) in self.offsets.windows(2).zip(&mut self.sums) {
            let (tokens, conviction) = (&self.tokens[row[0]..row[1]], &mut self.conviction[row[0]..row[1]]);
            let mut total = 0.0;
            for (level, stake) in conviction.iter_mut().zip(tokens) {
                *level = stake + alpha * *level;
                total += *level;
            }
            *sum = total;
        }
    }
}

fn recursion(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("conviction/recursion");
    for (participants, proposals) in [(60, 30), (500, 30), (5_000, 40)] {
        let links = participants * proposals;
        group.throughput(Throughput::Elements(links as u64));
        let mut ours = network(participants, proposals);
        let mut rows = CompressedRows::of(&ours);
        let mut alpha = 0.79;
        group.bench_function(BenchmarkId::new("network", links), |bencher| {
            bencher.iter(|| {
                alpha = 1.57 - alpha;
                ours.accrue(black_box(alpha));
                ours.proposals().iter().filter_map(|one| one.conviction).sum::<f64>()
            });
        });
        group.bench_function(BenchmarkId::new("compressed rows", links), |bencher| {
            bencher.iter(|| {
                alpha = 1.57 - alpha;
                rows.accrue(black_box(alpha));
                rows.sums.iter().sum::<f64>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, runs, recursion);
criterion_main!(benches);
