//! What the derives read from a struct: its named fields, their doc lines and attributes.

use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Lit, LitStr, Meta};

/// The named fields of a struct, or an error that says what to do.
pub(crate) fn named_fields<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<Vec<&'a Field>> {
    if !input.generics.params.is_empty() {
        let message = format!("#[derive({derive})] does not take generic structs");
        return Err(syn::Error::new_spanned(&input.generics, message));
    }
    if let Data::Struct(data) = &input.data
        && let Fields::Named(fields) = &data.fields
    {
        return Ok(fields.named.iter().collect());
    }
    let message = format!("#[derive({derive})] needs a struct with named fields");
    Err(syn::Error::new_spanned(&input.ident, message))
}

/// The lines of a doc comment.
fn lines(attributes: &[Attribute]) -> impl Iterator<Item = String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else { return None };
        Some(text.value())
    })
}

/// The first paragraph of the doc comment as one line: what tables show.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let mut words = String::new();
    for line in lines(attributes) {
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(line);
    }
    words
}

/// The section `# Equations` of the doc comment: what stands in it between fences, line by line. Nothing where there is no such
/// section.
pub(crate) fn equations(attributes: &[Attribute]) -> String {
    let mut found: Vec<String> = Vec::new();
    let (mut inside, mut fenced) = (false, false);
    for line in lines(attributes) {
        let word = line.trim();
        if word.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && word.starts_with("# ") {
            inside = word == "# Equations";
        } else if inside && fenced {
            // A comment's text begins after a space.
            found.push(line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned());
        }
    }
    found.join("\n")
}

/// A doc line without the tail that repeats the attribute, as in "Price of a token `[USD]` -- controllable.": the unit and
/// role that it names must be those of the attribute. `roles` are the words that the tail may end with.
pub(crate) fn without_tail(line: &str, unit: Option<&LitStr>, roles: &[&str]) -> Result<String, String> {
    let (mut head, mut rest) = (line, "");
    if let Some((before, after)) = line.rsplit_once(" -- ") {
        let word = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if ROLES.contains(&word) {
            if !roles.contains(&word) {
                return Err(format!("the doc line says `{word}`, the attribute {}", roles.join(" or ")));
            }
            (head, rest) = (before, after.strip_prefix(word).unwrap_or_default());
        }
    }
    if rest.is_empty()
        && let Some(before) = head.strip_suffix('.')
    {
        (head, rest) = (before, ".");
    }
    let Some((before, told)) = head.rsplit_once(" `[") else { return Ok(format!("{head}{rest}")) };
    let Some(told) = told.strip_suffix("]`") else { return Ok(format!("{head}{rest}")) };
    let Some(declared) = unit.map(LitStr::value) else { return Ok(format!("{head}{rest}")) };
    if told != declared {
        return Err(format!("the doc line says the unit `{told}`, the attribute `{declared}`"));
    }
    Ok(format!("{before}{rest}"))
}

/// Every role that a doc line can name.
const ROLES: [&str; 6] = ["controllable", "uncontrollable", "environment", "random", "input", "metric"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_that_agrees_is_left_out() {
        let unit: LitStr = syn::parse_quote!("USD");
        let told = |line| without_tail(line, Some(&unit), &["metric", "input"]).unwrap();
        assert_eq!(told("Price `[USD]` -- metric."), "Price.");
        assert_eq!(told("Price `[USD]`."), "Price.");
        assert_eq!(told("Price `[USD]` -- input; at 0 nobody sells."), "Price; at 0 nobody sells.");
        assert_eq!(told("Price -- metric."), "Price.");
        assert_eq!(told("Price -- of a token."), "Price -- of a token.");
        assert_eq!(told("Price."), "Price.");
        assert_eq!(told("Between `[0, 1]` and more."), "Between `[0, 1]` and more.");
    }

    #[test]
    fn equations_are_what_stands_fenced_under_their_heading() {
        let commented: syn::ItemStruct = syn::parse_quote! {
            /// What a stock shows.
            ///
            /// # Equations
            /// A step is a year.
            /// ```text
            /// growth = rate * stock
            ///   # of the year
            ///
            /// stock' = stock + growth
            /// ```
            ///
            /// # Example
            /// ```
            /// let stock = 1.0;
            /// ```
            struct Shown;
        };
        let found = equations(&commented.attrs);
        assert_eq!(found, "growth = rate * stock\n  # of the year\n\nstock' = stock + growth");
        assert_eq!(doc(&commented.attrs), "What a stock shows.");
        let plain: syn::ItemStruct = syn::parse_quote! {
            /// What a stock shows.
            struct Shown;
        };
        assert_eq!(equations(&plain.attrs), "");
    }

    #[test]
    fn a_tail_that_contradicts_is_refused() {
        let unit: LitStr = syn::parse_quote!("USD");
        let refused = |line| without_tail(line, Some(&unit), &["metric"]).unwrap_err();
        assert_eq!(refused("Price `[EUR]`."), "the doc line says the unit `EUR`, the attribute `USD`");
        assert_eq!(refused("Price -- environment."), "the doc line says `environment`, the attribute metric");
        assert_eq!(without_tail("Price `[1]`.", None, &[]).unwrap(), "Price `[1]`.");
    }
}
