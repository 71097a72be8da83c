//! Bars over the candidates: what they ask for, and the conviction that they need.

use super::{Look, rows};
use crate::community::Community;
use crate::community::network::Status;
use crate::community::tables::{needs_as_in_the_notebook, proposal_table};
use te_core::picture::{ChartKind, ChartSpec, Guide, NoPicture, Picture, Series};
use te_core::{Cells, Column};

pub(super) fn draw(look: Look, occasion: &str, community: &Community) -> Result<Picture, NoPicture> {
    let params = community.params();
    // On the day of founding the notebook counts the total supply.
    let founding = needs_as_in_the_notebook(community);
    let counted = if founding { community.supply().total() / community.voting_supply() } else { 1.0 };
    let (column, what, y_label, guide) = match look {
        Look::Requests => (
            "pool_share",
            "Requests of the candidates",
            "request / common pool [1]",
            Some(Guide { at: params.beta, label: "beta, which no request may reach".to_owned() }),
        ),
        Look::RequiredShare => (
            "trigger_share",
            "Share of the largest conviction that candidates need",
            if founding {
                "trigger with S for E / (E / (1 \u{2212} alpha)) [1]"
            } else {
                "trigger / (E / (1 \u{2212} alpha)) [1]"
            },
            Some(Guide {
                at: counted * params.rho / (params.beta * params.beta),
                label: if founding {
                    "S rho / (E beta\u{b2}), which even the smallest request needs".to_owned()
                } else {
                    "rho / beta\u{b2}, which even the smallest request needs".to_owned()
                },
            }),
        ),
        _ if founding => {
            ("trigger", "Conviction that candidates need", "trigger with S for E [HNY day]", None)
        }
        _ => ("trigger", "Conviction that candidates need", "trigger [HNY day]", None),
    };
    let title = format!("{what}, {occasion}");
    let refuse = |cause: String| NoPicture { title: title.clone(), cause };
    let table = proposal_table(community).map_err(|error| refuse(error.to_string()))?;
    let values = table.column(column).ok_or_else(|| refuse(format!("no column `{column}`")))?;
    let proposals = community.network().proposals();
    let candidates: Vec<usize> =
        (0..proposals.len()).filter(|&rank| proposals[rank].status == Status::Candidate).collect();
    if candidates.is_empty() {
        return Err(refuse("there are no candidates on this day".to_owned()));
    }
    let nodes: Vec<u64> = candidates.iter().map(|&rank| proposals[rank].node.index() as u64).collect();
    let numbers: Vec<Option<f64>> = candidates.iter().map(|&rank| values.number(rank)).collect();
    let beyond = numbers.iter().filter(|number| number.is_none()).count();
    let mut bars = Column::new(column, Cells::F64(numbers.iter().map(|x| x.unwrap_or(0.0)).collect()));
    bars.valid = Some(numbers.iter().map(Option::is_some).collect());
    let chart = ChartSpec {
        title: title.clone(),
        x: "proposal".to_owned(),
        x_label: Some(if beyond == 0 {
            "proposal".to_owned()
        } else {
            format!(
                "proposal ({beyond} without a bar: beta of the pool or more is asked for, which never passes)"
            )
        }),
        series: vec![Series::of(column)],
        y_label: Some(y_label.to_owned()),
        kind: ChartKind::Bars,
        guides: guide.into_iter().collect(),
        ..ChartSpec::default()
    };
    let days = vec![0; nodes.len()];
    let frame = rows(&title, nodes.clone(), days, vec![Column::new("proposal", Cells::U64(nodes)), bars])?;
    Ok(Picture::Chart(chart, frame))
}
