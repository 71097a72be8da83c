//! `#[derive(Params)]`.

use crate::declaration::{doc, named_fields, without_tail};
use crate::terms::of_fields;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Expr, Field, Ident, LitStr, Result};

/// One field's attribute.
#[derive(Default)]
struct Declared {
    nested: bool,
    default: Option<Expr>,
    lower: Option<TokenStream>,
    upper: Option<TokenStream>,
    soft_lower: Option<Expr>,
    soft_upper: Option<Expr>,
    step: Option<Expr>,
    unit: Option<LitStr>,
    role: Option<Ident>,
    random: Option<LitStr>,
    aliases: Vec<LitStr>,
    initial: bool,
}

#[expect(clippy::too_many_lines, reason = "one template, read from top to bottom")]
pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let fields = named_fields(input, "Params")?;
    let name = &input.ident;
    let hook = check_hook(input)?;

    let mut defaults = Vec::new();
    let mut specs = Vec::new();
    let mut gets = Vec::new();
    let mut sets = Vec::new();
    let mut nested_issues = Vec::new();
    let mut sound = Vec::new();
    let mut of_terms = Vec::new();
    for field in fields {
        let declared = read(field)?;
        let ident =
            field.ident.as_ref().ok_or_else(|| syn::Error::new_spanned(field, "a field needs a name"))?;
        let text = ident.to_string();
        let ty = &field.ty;
        of_terms.push((ident, ty, declared.nested));
        if declared.nested {
            let default =
                declared.default.map_or_else(|| quote!(::core::default::Default::default()), |e| quote!(#e));
            defaults.push(quote!(#ident: #default));
            let all_initial = declared.initial;
            specs.push(quote! {
                for (index, spec) in <#ty as ::te_core::Params>::specs().iter().enumerate() {
                    let mut spec = spec.nested(#text);
                    spec.initial |= #all_initial;
                    if let ::core::option::Option::Some(value) = ::te_core::Params::get(&defaults.#ident, index) {
                        spec.default = value;
                    }
                    specs.push(spec);
                }
            });
            gets.push(quote! {
                let count = <#ty as ::te_core::Params>::specs().len();
                if at < count {
                    return ::te_core::Params::get(&self.#ident, at);
                }
                at -= count;
            });
            sets.push(quote! {
                let count = <#ty as ::te_core::Params>::specs().len();
                if at < count {
                    return ::te_core::Params::set(&mut self.#ident, at, value).map_err(|issue| issue.nested(#text));
                }
                at -= count;
            });
            sound.push(quote!(::te_core::Params::is_sound(&self.#ident)));
            nested_issues.push(quote! {
                issues.extend(
                    ::te_core::Params::cross_issues(&self.#ident).into_iter().map(|issue| issue.nested(#text)),
                );
            });
            continue;
        }
        let default = declared
            .default
            .as_ref()
            .ok_or_else(|| syn::Error::new_spanned(ident, "a parameter needs `#[param(default = …)]`"))?;
        defaults.push(quote!(#ident: #default));
        let none = || quote!(::te_core::Bound::None);
        let (lower, upper) =
            (declared.lower.clone().unwrap_or_else(none), declared.upper.clone().unwrap_or_else(none));
        sound.push(quote! {
            ::te_core::ParamField::within(&self.#ident, &::te_core::Range { lower: #lower, upper: #upper })
        });
        let spec = spec_tokens(field, &text, ident, &declared)?;
        specs.push(quote!(specs.push(#spec);));
        gets.push(quote! {
            if at == 0 {
                return ::core::option::Option::Some(::te_core::ParamField::to_value(&self.#ident));
            }
            at -= 1;
        });
        sets.push(quote! {
            if at == 0 {
                self.#ident = Self::specs()[index].convert::<#ty>(value)?;
                return ::core::result::Result::Ok(());
            }
            at -= 1;
        });
    }

    let terms = of_fields(name, &of_terms);
    Ok(quote! {
        #terms

        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self { #(#defaults),* }
            }
        }

        impl ::te_core::Params for #name {
            fn specs() -> &'static [::te_core::ParamSpec] {
                static SPECS: ::std::sync::OnceLock<::std::vec::Vec<::te_core::ParamSpec>> =
                    ::std::sync::OnceLock::new();
                SPECS.get_or_init(|| {
                    let defaults = <Self as ::core::default::Default>::default();
                    let mut specs = ::std::vec::Vec::new();
                    #(#specs)*
                    specs
                })
            }

            #[allow(unused_assignments, unused_mut, reason = "the last field leaves the counter unread")]
            fn get(&self, index: usize) -> ::core::option::Option<::te_core::Value> {
                let mut at = index;
                #(#gets)*
                ::core::option::Option::None
            }

            #[allow(unused_assignments, unused_mut, reason = "the last field leaves the counter unread")]
            fn set(
                &mut self,
                index: usize,
                value: &::te_core::Value,
            ) -> ::core::result::Result<(), ::te_core::ParamIssue> {
                let mut at = index;
                #(#sets)*
                ::core::result::Result::Err(::te_core::params::unknown_index(Self::specs(), index, value))
            }

            fn is_sound(&self) -> bool {
                true #(& #sound)*
            }

            #[allow(unused_mut, reason = "a set without nested parameters and hook has nothing to add")]
            fn cross_issues(&self) -> ::std::vec::Vec<::te_core::ParamIssue> {
                let mut issues = ::std::vec::Vec::new();
                #(#nested_issues)*
                #hook
                issues
            }
        }

        impl ::te_core::params::serde::Serialize for #name {
            fn serialize<S: ::te_core::params::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ::te_core::params::serde::Serialize::serialize(&::te_core::Params::to_value(self), serializer)
            }
        }

        impl<'de> ::te_core::params::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::te_core::params::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let value = <::te_core::Value as ::te_core::params::serde::Deserialize>::deserialize(deserializer)?;
                <Self as ::te_core::Params>::from_value(&value).map_err(::te_core::params::serde::de::Error::custom)
            }
        }
    })
}

fn spec_tokens(field: &Field, text: &str, ident: &Ident, declared: &Declared) -> Result<TokenStream> {
    let ty = &field.ty;
    let role_name =
        declared.role.as_ref().map_or("controllable".to_owned(), |r| r.to_string().to_lowercase());
    let doc = without_tail(&doc(&field.attrs), declared.unit.as_ref(), &[role_name.as_str()])
        .map_err(|message| syn::Error::new_spanned(ident, message))?;
    let unit = declared.unit.as_ref().map_or_else(|| quote!(""), |unit| quote!(#unit));
    let none = || quote!(::te_core::Bound::None);
    let lower = declared.lower.clone().unwrap_or_else(none);
    let upper = declared.upper.clone().unwrap_or_else(none);
    let inclusive =
        |e: &Option<Expr>| e.as_ref().map_or_else(none, |e| quote!(::te_core::Bound::Inclusive((#e) as f64)));
    let soft_lower = inclusive(&declared.soft_lower);
    let soft_upper = inclusive(&declared.soft_upper);
    let option = |e: Option<TokenStream>| {
        e.map_or_else(|| quote!(::core::option::Option::None), |e| quote!(::core::option::Option::Some(#e)))
    };
    let step = option(declared.step.as_ref().map(|e| quote!((#e) as f64)));
    let random = option(declared.random.as_ref().map(|e| quote!(::std::borrow::Cow::Borrowed(#e))));
    let role = declared.role.as_ref().map_or_else(|| quote!(Controllable), |role| quote!(#role));
    let (aliases, initial) = (&declared.aliases, declared.initial);
    Ok(quote! {
        ::te_core::ParamSpec {
            name: ::std::borrow::Cow::Borrowed(#text),
            aliases: ::std::vec![#(::std::borrow::Cow::Borrowed(#aliases)),*],
            kind: <#ty as ::te_core::ParamField>::KIND,
            optional: <#ty as ::te_core::ParamField>::OPTIONAL,
            default: ::te_core::ParamField::to_value(&defaults.#ident),
            range: ::te_core::Range { lower: #lower, upper: #upper },
            soft: ::te_core::Range { lower: #soft_lower, upper: #soft_upper },
            step: #step,
            unit: ::std::borrow::Cow::Borrowed(#unit),
            doc: ::std::borrow::Cow::Borrowed(#doc),
            role: ::te_core::Role::#role,
            random: #random,
            initial: #initial,
        }
    })
}

fn read(field: &Field) -> Result<Declared> {
    let mut declared = Declared::default();
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("param")) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if key == "nested" {
                declared.nested = true;
                return Ok(());
            }
            if key == "initial" {
                declared.initial = true;
                return Ok(());
            }
            let bound = |inclusive: bool, e: &Expr| {
                let end = if inclusive { quote!(Inclusive) } else { quote!(Exclusive) };
                quote!(::te_core::Bound::#end((#e) as f64))
            };
            match key.as_str() {
                "default" => declared.default = Some(meta.value()?.parse()?),
                "min" | "above" => declared.lower = Some(bound(key == "min", &meta.value()?.parse()?)),
                "max" | "below" => declared.upper = Some(bound(key == "max", &meta.value()?.parse()?)),
                "soft_min" => declared.soft_lower = Some(meta.value()?.parse()?),
                "soft_max" => declared.soft_upper = Some(meta.value()?.parse()?),
                "step" => declared.step = Some(meta.value()?.parse()?),
                "unit" => declared.unit = Some(meta.value()?.parse()?),
                "alias" => declared.aliases.push(meta.value()?.parse()?),
                "random" => {
                    declared.random = Some(meta.value()?.parse()?);
                    declared.role = Some(Ident::new("Random", meta.path.get_ident().map_or_else(proc_macro2::Span::call_site, Ident::span)));
                }
                "role" => declared.role = Some(role(&meta.value()?.parse()?)?),
                _ => {
                    return Err(meta.error(
                        "unknown key: there are default, min, max, above, below, soft_min, soft_max, step, unit, role, random, alias, initial, nested",
                    ));
                }
            }
            Ok(())
        })?;
    }
    Ok(declared)
}

fn role(text: &LitStr) -> Result<Ident> {
    let variant = match text.value().as_str() {
        "controllable" => "Controllable",
        "environment" => "Environment",
        "random" => "Random",
        _ => return Err(syn::Error::new_spanned(text, "a role is controllable, environment or random")),
    };
    Ok(Ident::new(variant, text.span()))
}

fn check_hook(input: &DeriveInput) -> Result<TokenStream> {
    let mut hook = TokenStream::new();
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("params")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("check") {
                return Err(meta.error("unknown key: there is `check = path`"));
            }
            let path: Expr = meta.value()?.parse()?;
            hook = quote! {
                if let ::core::result::Result::Err(message) = (#path)(self) {
                    issues.push(::te_core::ParamIssue::cross(message));
                }
            };
            Ok(())
        })?;
    }
    Ok(hook)
}
