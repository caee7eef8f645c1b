//! `html!` with the syntax of yew's, for elements: what it makes of it are calls of `ui::view::kit::markup`, and not the building of
//! each element in place. The page is a third of the code for its views that way, and what is on the page is the same.
//!
//! Left out of yew's syntax: components (the page has two, and yew's own macro makes them), tags whose name is computed, properties (`~name`),
//! `for` and `match` without braces.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use std::iter::Peekable;

/// Where the calls go.
const TO: &str = "crate::ui::view::kit::markup";

/// Attributes that are there or not: the value is a condition.
const CONDITIONS: [&str; 10] =
    ["autofocus", "disabled", "hidden", "inert", "multiple", "novalidate", "open", "readonly", "required", "selected"];

/// Markup, as a `yew::Html`.
#[proc_macro]
pub fn html(input: TokenStream) -> TokenStream {
    let mut tokens = input.clone().into_iter().peekable();
    let is_markup = match tokens.peek() {
        Some(TokenTree::Ident(word)) => word.to_string() == "if",
        Some(TokenTree::Group(braces)) => braces.delimiter() == Delimiter::Brace,
        _ => true,
    };
    if !is_markup {
        return list(vec![Node::Child(input)]);
    }
    let made = nodes(&mut tokens, false).and_then(|nodes| match tokens.next() {
        Some(token) => Err(Defect("expected the end of the markup", token.span())),
        None => Ok(root(nodes)),
    });
    made.unwrap_or_else(|Defect(words, span)| {
        let mut error = code("compile_error!");
        error.extend([group(Delimiter::Parenthesis, TokenTree::from(Literal::string(words)).into())]);
        error
            .into_iter()
            .map(|mut token| {
                token.set_span(span);
                token
            })
            .collect()
    })
}

/// What is wrong, and where.
struct Defect(&'static str, Span);

type Tokens = Peekable<proc_macro::token_stream::IntoIter>;
type Made<T> = Result<T, Defect>;

enum Node {
    /// An expression of type `Html`.
    Html(TokenStream),
    /// An expression that is a child in some way.
    Child(TokenStream),
    /// An expression with children in it.
    Each(TokenStream),
    Text(Literal),
}

/// The nodes up to the end, or up to what closes an element.
fn nodes(tokens: &mut Tokens, inside: bool) -> Made<Vec<Node>> {
    let mut found = Vec::new();
    loop {
        let Some(token) = tokens.next() else {
            return if inside { Err(Defect("an element is not closed", Span::call_site())) } else { Ok(found) };
        };
        match token {
            TokenTree::Group(braces) if braces.delimiter() == Delimiter::Brace => found.push(embedded(braces.stream())),
            TokenTree::Literal(text) => found.push(Node::Text(text)),
            TokenTree::Ident(word) if word.to_string() == "if" => found.push(Node::Html(condition(word, tokens)?)),
            TokenTree::Punct(open) if open.as_char() == '<' => {
                if inside && is(tokens, '/') {
                    return Ok(found);
                }
                found.push(Node::Html(element(tokens)?));
            }
            other => return Err(Defect("expected an element, { an expression }, a text or a condition", other.span())),
        }
    }
}

fn embedded(stream: TokenStream) -> Node {
    let mut tokens = stream.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Ident(word)) if word.to_string() == "for" => Node::Each(tokens.collect()),
        _ => Node::Child(stream),
    }
}

/// Behind `<`.
fn element(tokens: &mut Tokens) -> Made<TokenStream> {
    if take(tokens, '>') {
        let children = nodes(tokens, true)?;
        take(tokens, '/');
        return if take(tokens, '>') { Ok(list(children)) } else { Err(Defect("expected </>", Span::call_site())) };
    }
    let name = match tokens.next() {
        Some(TokenTree::Ident(name)) => name,
        other => {
            return Err(Defect(
                "expected the name of an element",
                other.map_or_else(Span::call_site, |token| token.span()),
            ));
        }
    };
    let attributes = attributes(tokens)?;
    let children = if take(tokens, '/') {
        Vec::new()
    } else {
        take(tokens, '>');
        let children = nodes(tokens, true)?;
        take(tokens, '/');
        match tokens.next() {
            Some(TokenTree::Ident(end)) if end.to_string() == name.to_string() => children,
            _ => return Err(Defect("this element is closed by another name", name.span())),
        }
    };
    if !take(tokens, '>') {
        return Err(Defect("expected > behind this element", name.span()));
    }
    Ok(built(&name, attributes, children))
}

struct Attribute {
    name: String,
    at: Ident,
    value: Value,
}

enum Value {
    Words(Literal),
    Code(TokenStream),
}

/// Up to `>` or `/`, which stays.
fn attributes(tokens: &mut Tokens) -> Made<Vec<Attribute>> {
    let mut found = Vec::new();
    while !is(tokens, '>') && !is(tokens, '/') {
        match tokens.next() {
            Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
                let Some(TokenTree::Ident(at)) = braces.stream().into_iter().next() else {
                    return Err(Defect("expected { the name of an attribute }", braces.span()));
                };
                found.push(Attribute { name: at.to_string(), at, value: Value::Code(braces.stream()) });
            }
            Some(TokenTree::Ident(at)) => {
                let mut name = at.to_string();
                while take(tokens, '-') {
                    let Some(TokenTree::Ident(more)) = tokens.next() else {
                        return Err(Defect("expected more of this name", at.span()));
                    };
                    name = format!("{name}-{more}");
                }
                if !take(tokens, '=') {
                    return Err(Defect("expected = and a value", at.span()));
                }
                let value = match tokens.next() {
                    Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
                        Value::Code(braces.stream())
                    }
                    Some(TokenTree::Literal(words)) => Value::Words(words),
                    Some(TokenTree::Ident(word)) => Value::Code(TokenTree::from(word).into()),
                    _ => return Err(Defect("expected a text or { an expression }", at.span())),
                };
                found.push(Attribute { name, at, value });
            }
            other => {
                return Err(Defect("expected an attribute", other.map_or_else(Span::call_site, |token| token.span())));
            }
        }
    }
    Ok(found)
}

/// Behind `if`.
fn condition(word: Ident, tokens: &mut Tokens) -> Made<TokenStream> {
    let mut made = TokenStream::from(TokenTree::from(word));
    loop {
        match tokens.next() {
            Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
                made.extend([group(
                    Delimiter::Brace,
                    root(nodes(&mut braces.stream().into_iter().peekable(), false)?),
                )]);
                break;
            }
            Some(token) => made.extend([token]),
            None => return Err(Defect("a condition has no { markup }", Span::call_site())),
        }
    }
    if !matches!(tokens.peek(), Some(TokenTree::Ident(next)) if next.to_string() == "else") {
        made.extend(code(&format!("else {{ {TO}::nothing() }}")));
        return Ok(made);
    }
    made.extend(tokens.next());
    match tokens.next() {
        Some(TokenTree::Group(braces)) if braces.delimiter() == Delimiter::Brace => {
            made.extend([group(Delimiter::Brace, root(nodes(&mut braces.stream().into_iter().peekable(), false)?))]);
            Ok(made)
        }
        Some(TokenTree::Ident(next)) if next.to_string() == "if" => {
            made.extend(condition(next, tokens)?);
            Ok(made)
        }
        other => Err(Defect("expected if or { markup }", other.map_or_else(Span::call_site, |token| token.span()))),
    }
}

/// One node is itself, several are a list.
fn root(nodes: Vec<Node>) -> TokenStream {
    match <[Node; 1]>::try_from(nodes) {
        Ok([Node::Html(html)]) => html,
        Ok([node]) => list(vec![node]),
        Err(nodes) => list(nodes),
    }
}

fn list(nodes: Vec<Node>) -> TokenStream {
    if nodes.is_empty() {
        return code(&format!("{TO}::nothing()"));
    }
    let mut body = code(&format!("let mut __element = {TO}::list();"));
    for node in nodes {
        body.extend(put(node));
    }
    body.extend(code(&format!("{TO}::close(__element)")));
    group(Delimiter::Brace, body).into()
}

fn built(name: &Ident, attributes: Vec<Attribute>, children: Vec<Node>) -> TokenStream {
    let tag = Literal::string(&name.to_string());
    let is_input = name.to_string() == "input";
    let is_special = |attribute: &Attribute| {
        attribute.name.starts_with("on")
            || attribute.name == "key"
            || is_input && ["value", "checked"].contains(&attribute.name.as_str())
    };
    let plain: Vec<&Attribute> = attributes.iter().filter(|attribute| !is_special(attribute)).collect();
    let mut body = code("let mut __element =");
    // Words alone stand in the data, names and values together.
    let is_fixed = plain.iter().all(|attribute| matches!(attribute.value, Value::Words(_)));
    let listed = plain.iter().flat_map(|attribute| {
        let name = Literal::string(&attribute.name);
        match &attribute.value {
            Value::Words(words) if is_fixed => {
                code(&format!("({name}, ::yew::virtual_dom::AttributeOrProperty::Static({words})),"))
            }
            _ => code(&format!("{name},")),
        }
    });
    let listed: TokenStream = listed.collect();
    let make = if is_fixed { "fixed" } else { "element" };
    body.extend(code(&format!("{TO}::{make}({tag}, &[{listed}]);")));
    for Attribute { name, at, value } in attributes {
        let value: TokenStream = match value {
            Value::Code(code) => group(Delimiter::Brace, code).into(),
            Value::Words(words) => TokenTree::from(words).into(),
        };
        let special = is_input && ["value", "checked"].contains(&name.as_str()) || name == "key";
        if name.starts_with("on") {
            let mut wrapped = code("::yew::html::");
            wrapped.extend([TokenTree::from(at)]);
            wrapped.extend(code("::Wrapper::__macro_new"));
            wrapped.extend([group(Delimiter::Parenthesis, value)]);
            body.extend(call("listen", wrapped));
        } else if special {
            body.extend(call(&name, value));
        } else if is_fixed {
        } else if name == "class" {
            body.extend(call("class", value));
        } else if CONDITIONS.contains(&name.as_str()) {
            let mut both = value;
            both.extend(code(&format!(", {}", Literal::string(&name))));
            body.extend(call("condition", both));
        } else {
            body.extend(call("attribute", value));
        }
    }
    for child in children {
        body.extend(put(child));
    }
    body.extend(code(&format!("{TO}::close(__element)")));
    group(Delimiter::Brace, body).into()
}

fn put(node: Node) -> TokenStream {
    match node {
        Node::Html(html) => call("put", html),
        Node::Child(child) => call("child", group(Delimiter::Brace, child).into()),
        Node::Each(children) => call("each", children),
        Node::Text(text) => call("text", TokenTree::from(text).into()),
    }
}

/// `markup::name(&mut __element, value);`
fn call(name: &str, value: TokenStream) -> TokenStream {
    let mut arguments = code("&mut __element,");
    arguments.extend(value);
    let mut call = code(&format!("{TO}::{name}"));
    call.extend([group(Delimiter::Parenthesis, arguments), Punct::new(';', Spacing::Alone).into()]);
    call
}

fn group(delimiter: Delimiter, stream: TokenStream) -> TokenTree {
    Group::new(delimiter, stream).into()
}

/// Tokens of what is written here, which is Rust.
fn code(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

fn is(tokens: &mut Tokens, mark: char) -> bool {
    matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == mark)
}

fn take(tokens: &mut Tokens, mark: char) -> bool {
    let found = is(tokens, mark);
    if found {
        tokens.next();
    }
    found
}
