//! What the derives read from a struct: its named fields, their doc lines and attributes.

use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Lit, Meta, Result};

/// The named fields of a struct, or an error that says what to do.
pub(crate) fn named_fields<'a>(input: &'a DeriveInput, derive: &str) -> Result<Vec<&'a Field>> {
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

/// The first paragraph of the doc comment as one line: what tables show.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let mut words = String::new();
    for attribute in attributes {
        if !attribute.path().is_ident("doc") {
            continue;
        }
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            let line = text.value();
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(line);
        }
    }
    words
}
