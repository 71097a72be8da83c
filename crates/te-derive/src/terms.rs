//! `#[derive(Terms)]`, and the terms that `#[derive(Params)]` gives.

use crate::declaration::named_fields;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident, Result, Type};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let mut fields = Vec::new();
    for field in named_fields(input, "Terms")? {
        let mut nested = false;
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("terms")) {
            attribute.parse_nested_meta(|meta| {
                nested = meta.path.is_ident("nested");
                if nested { Ok(()) } else { Err(meta.error("unknown key: there is `nested`")) }
            })?;
        }
        if let Some(ident) = &field.ident {
            fields.push((ident, &field.ty, nested));
        }
    }
    Ok(of_fields(&input.ident, &fields))
}

/// The terms of a struct whose fields are parameter types, or terms where they are nested.
pub(crate) fn of_fields(name: &Ident, fields: &[(&Ident, &Type, bool)]) -> TokenStream {
    let mut counts = Vec::new();
    let mut stores = Vec::new();
    let mut loads = Vec::new();
    let mut alike = Vec::new();
    for (ident, ty, nested) in fields {
        if *nested {
            counts.push(quote!(<#ty as ::te_core::Terms>::NUMBERS));
            stores.push(quote!(::te_core::Terms::store_numbers(&self.#ident, put);));
            loads.push(quote!(#ident: ::te_core::Terms::with_numbers(&self.#ident, next)));
            alike.push(quote!(::te_core::Terms::alike(&self.#ident, &other.#ident)));
        } else {
            counts.push(quote!((<#ty as ::te_core::ParamField>::IS_NUMBER as usize)));
            stores.push(quote! {
                if <#ty as ::te_core::ParamField>::IS_NUMBER {
                    put(::te_core::ParamField::number(&self.#ident));
                }
            });
            loads.push(quote! {
                #ident: if <#ty as ::te_core::ParamField>::IS_NUMBER {
                    <#ty as ::te_core::ParamField>::of_number(next())
                } else {
                    ::core::option::Option::None
                }
                .unwrap_or_else(|| ::core::clone::Clone::clone(&self.#ident))
            });
            alike.push(quote!(::te_core::ParamField::alike(&self.#ident, &other.#ident)));
        }
    }
    let inline = quote! {
        #[allow(clippy::inline_always, reason = "a loop over columns of runs becomes vector code only where this is inlined")]
        #[inline(always)]
    };
    quote! {
        impl ::te_core::Terms for #name {
            const NUMBERS: usize = 0 #(+ #counts)*;

            #inline
            #[allow(unused_variables, reason = "settings alone have no number")]
            fn store_numbers(&self, put: &mut impl ::core::ops::FnMut(f64)) {
                #(#stores)*
            }

            #inline
            #[allow(unused_variables, reason = "settings alone have no number")]
            fn with_numbers(&self, next: &mut impl ::core::ops::FnMut() -> f64) -> Self {
                Self { #(#loads),* }
            }

            fn alike(&self, other: &Self) -> bool {
                true #(&& #alike)*
            }
        }
    }
}
