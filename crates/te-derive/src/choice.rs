//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Result};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(name, "#[derive(Choice)] needs an enum"));
    };
    let mut idents = Vec::new();
    let mut names = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(variant, "a choice is a name: its variants hold no data"));
        }
        idents.push(&variant.ident);
        names.push(kebab(&variant.ident.to_string()));
    }
    Ok(quote! {
        impl ::te_core::ParamField for #name {
            const KIND: ::te_core::ParamKind =
                ::te_core::ParamKind::Choice(::std::borrow::Cow::Borrowed(&[#(::std::borrow::Cow::Borrowed(#names)),*]));

            fn to_value(&self) -> ::te_core::Value {
                ::te_core::Value::Text(match self { #(Self::#idents => #names),* }.into())
            }

            fn from_value(
                value: &::te_core::Value,
            ) -> ::core::result::Result<Self, ::te_core::param_field::Conversion> {
                if let ::te_core::Value::Text(text) = value {
                    match text.as_str() {
                        #(#names => return ::core::result::Result::Ok(Self::#idents),)*
                        _ => {}
                    }
                }
                ::core::result::Result::Err(::te_core::param_field::Conversion::Kind)
            }
        }
    })
}

/// `BothSides` is `both-sides` in a file.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}
