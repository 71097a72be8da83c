//! `#[derive(Record)]`.

use crate::declaration::{doc, equations, named_fields, without_tail};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Expr, Field, LitStr, Result};

/// One field's attribute.
#[derive(Default)]
struct Declared {
    nested: bool,
    flat: bool,
    unit: Option<LitStr>,
    default: Option<Expr>,
}

fn read(field: &Field) -> Result<Declared> {
    let mut declared = Declared::default();
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("record")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("nested") {
                declared.nested = true;
            } else if meta.path.is_ident("flatten") {
                declared.flat = true;
            } else if meta.path.is_ident("unit") {
                declared.unit = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("default") {
                declared.default = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("unknown key: there are unit, default, nested, flatten"));
            }
            Ok(())
        })?;
    }
    Ok(declared)
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let mut specs = Vec::new();
    let mut counts = Vec::new();
    let mut stores = Vec::new();
    let mut loads = Vec::new();
    let mut cells = Vec::new();
    for field in named_fields(input, "Record")? {
        let Declared { nested, flat, unit, default } = read(field)?;
        let ident =
            field.ident.as_ref().ok_or_else(|| syn::Error::new_spanned(field, "a field needs a name"))?;
        let text = ident.to_string();
        let ty = &field.ty;
        if nested || flat {
            let named = if flat { quote!(cloned()) } else { quote!(map(|field| field.nested(#text))) };
            specs.push(quote! {
                specs.extend(<#ty as ::te_core::Record>::fields().iter().#named);
            });
            counts.push(quote!(<#ty as ::te_core::Record>::COUNT));
            stores.push(quote!(::te_core::Record::store(&self.#ident, put);));
            loads.push(quote!(#ident: <#ty as ::te_core::Record>::load(next)));
            cells.push(quote! {
                let count = <#ty as ::te_core::Record>::fields().len();
                if at < count {
                    return ::te_core::Record::cell(&self.#ident, at);
                }
                at -= count;
            });
            continue;
        }
        let doc = without_tail(&doc(&field.attrs), unit.as_ref(), &["input", "metric"])
            .map_err(|message| syn::Error::new_spanned(ident, message))?;
        let unit = unit.map_or_else(|| quote!(""), |unit| quote!(#unit));
        let default = default.map_or_else(
            || quote!(::core::option::Option::None),
            |e| quote!(::core::option::Option::Some((#e) as f64)),
        );
        specs.push(quote! {
            specs.push(::te_core::FieldSpec {
                name: ::std::borrow::Cow::Borrowed(#text),
                kind: <#ty as ::te_core::RecordField>::KIND,
                unit: ::std::borrow::Cow::Borrowed(#unit),
                doc: ::std::borrow::Cow::Borrowed(#doc),
                default: #default,
            });
        });
        counts.push(quote!(1));
        stores.push(quote!(put(::te_core::RecordField::number(self.#ident));));
        loads.push(quote!(#ident: <#ty as ::te_core::RecordField>::from_number(next())));
        cells.push(quote! {
            if at == 0 {
                return ::core::option::Option::Some(::te_core::RecordField::cell(self.#ident));
            }
            at -= 1;
        });
    }
    let equations = equations(&input.attrs);
    Ok(quote! {
        impl ::te_core::Record for #name {
            const COUNT: usize = 0 #(+ #counts)*;
            const EQUATIONS: &'static str = #equations;

            fn fields() -> &'static [::te_core::FieldSpec] {
                static FIELDS: ::std::sync::OnceLock<::std::vec::Vec<::te_core::FieldSpec>> =
                    ::std::sync::OnceLock::new();
                FIELDS.get_or_init(|| {
                    let mut specs = ::std::vec::Vec::new();
                    #(#specs)*
                    specs
                })
            }

            #[allow(clippy::inline_always, reason = "a loop over columns of runs becomes vector code only where this is inlined")]
            #[inline(always)]
            fn store(&self, put: &mut impl ::core::ops::FnMut(f64)) {
                #(#stores)*
            }

            #[allow(clippy::inline_always, reason = "a loop over columns of runs becomes vector code only where this is inlined")]
            #[inline(always)]
            fn load(next: &mut impl ::core::ops::FnMut() -> f64) -> Self {
                Self { #(#loads),* }
            }

            #[allow(unused_assignments, unused_mut, reason = "the last field leaves the counter unread")]
            fn cell(&self, index: usize) -> ::core::option::Option<::te_core::Cell> {
                let mut at = index;
                #(#cells)*
                ::core::option::Option::None
            }
        }
    })
}
