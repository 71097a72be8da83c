//! `tecmns explain`.

use super::CommandError;
use super::codes::CODES;
use anstream::println;
use clap::Args;

/// Arguments of `tecmns explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as TE0003; without it all codes are listed
    code: Option<String>,
}

pub(crate) fn explain(args: &ExplainArgs) -> Result<(), CommandError> {
    let Some(code) = &args.code else {
        for (code, title, _) in CODES {
            println!("{code}  {title}");
        }
        return Ok(());
    };
    let wanted = code.to_uppercase();
    let Some((code, title, text)) = CODES.iter().find(|(code, ..)| *code == wanted) else {
        let near = te_core::nearest(&wanted, CODES.iter().map(|(code, ..)| code));
        let hint = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
        return Err(CommandError::bad_input(format!(
            "unknown code {wanted}{hint}; `tecmns explain` lists all"
        )));
    };
    println!("{code}: {title}\n\n{text}");
    Ok(())
}
