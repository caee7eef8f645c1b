//! What [`html!`](prelude::html) makes of markup: an element is begun, gets its attributes and children in calls, and is closed.
//!
//! Each call is one small piece of code where it stands; yew's own macro builds the whole element there, which is three times as much.

use std::rc::Rc;
use yew::Html;
use yew::html::{Classes, IntoPropValue};
use yew::virtual_dom::listeners::{Listener, Listeners};
use yew::virtual_dom::{AttrValue, AttributeOrProperty, Attributes, Key, VList, VNode, VTag, VText};

/// What a view needs of yew, and `html!` as it is here.
pub mod prelude {
    pub use ::markup::html;
    pub use yew::prelude::*;
}

/// An element, or a list of nodes, that is being made.
#[derive(Default)]
pub struct Element {
    /// Empty: a list.
    tag: &'static str,
    fixed: &'static [(&'static str, AttributeOrProperty)],
    names: &'static [&'static str],
    values: Vec<Option<AttributeOrProperty>>,
    listeners: Vec<Option<Rc<dyn Listener>>>,
    children: Vec<VNode>,
    key: Option<Key>,
    value: Option<AttrValue>,
    checked: Option<bool>,
}

type Open = Box<Element>;

#[inline(never)]
pub fn nothing() -> Html {
    Html::default()
}

#[inline(never)]
pub fn list() -> Open {
    Box::default()
}

/// An element whose attributes are all known here.
#[inline(never)]
pub fn fixed(tag: &'static str, fixed: &'static [(&'static str, AttributeOrProperty)]) -> Open {
    Box::new(Element { tag, fixed, ..Element::default() })
}

/// An element with attributes of these names; their values follow, in this order.
#[inline(never)]
pub fn element(tag: &'static str, names: &'static [&'static str]) -> Open {
    Box::new(Element { tag, names, ..Element::default() })
}

#[inline(never)]
fn add(open: &mut Element, value: Option<AttrValue>) {
    open.values.push(value.map(AttributeOrProperty::Attribute));
}

pub fn attribute(open: &mut Element, value: impl IntoPropValue<Option<AttrValue>>) {
    add(open, value.into_prop_value());
}

pub fn class(open: &mut Element, value: impl Into<Classes>) {
    add_class(open, value.into());
}

#[inline(never)]
fn add_class(open: &mut Element, classes: Classes) {
    add(open, classes.into_prop_value());
}

#[inline(never)]
pub fn condition(open: &mut Element, holds: bool, name: &'static str) {
    add(open, holds.then_some(AttrValue::Static(name)));
}

pub fn key(open: &mut Element, key: impl Into<Key>) {
    open.key = Some(key.into());
}

pub fn value(open: &mut Element, value: impl IntoPropValue<Option<AttrValue>>) {
    open.value = value.into_prop_value();
}

pub fn checked(open: &mut Element, checked: bool) {
    open.checked = Some(checked);
}

#[inline(never)]
pub fn listen(open: &mut Element, listener: Option<Rc<dyn Listener>>) {
    open.listeners.push(listener);
}

/// A node that is kept as what it is when others come before it.
pub fn kept(key: impl Into<Key>, node: Html) -> Html {
    VNode::from(VList::with_children(vec![node], Some(key.into())))
}

#[inline(never)]
pub fn put(open: &mut Element, child: Html) {
    open.children.push(child);
}

#[inline(never)]
pub fn text(open: &mut Element, words: &'static str) {
    put(open, VText::new(AttrValue::Static(words)).into());
}

#[inline(never)]
fn words(open: &mut Element, words: AttrValue) {
    put(open, VText::new(words).into());
}

pub fn child(open: &mut Element, child: impl Child) {
    child.put_into(open);
}

pub fn each<C: Child>(open: &mut Element, children: impl IntoIterator<Item = C>) {
    for child in children {
        child.put_into(open);
    }
}

/// What can stand in braces.
pub trait Child {
    fn put_into(self, open: &mut Element);
}

impl Child for Html {
    fn put_into(self, open: &mut Element) {
        put(open, self);
    }
}

impl Child for AttrValue {
    fn put_into(self, open: &mut Element) {
        words(open, self);
    }
}

impl Child for &str {
    fn put_into(self, open: &mut Element) {
        words(open, self.to_owned().into());
    }
}

impl Child for String {
    fn put_into(self, open: &mut Element) {
        words(open, self.into());
    }
}

impl Child for &String {
    fn put_into(self, open: &mut Element) {
        self.as_str().put_into(open);
    }
}

impl Child for std::borrow::Cow<'_, str> {
    fn put_into(self, open: &mut Element) {
        words(open, self.into_owned().into());
    }
}

impl Child for char {
    fn put_into(self, open: &mut Element) {
        words(open, self.to_string().into());
    }
}

impl Child for usize {
    fn put_into(self, open: &mut Element) {
        words(open, self.to_string().into());
    }
}

impl<C: Child> Child for Option<C> {
    fn put_into(self, open: &mut Element) {
        each(open, self);
    }
}

impl<C: Child> Child for Vec<C> {
    fn put_into(self, open: &mut Element) {
        each(open, self);
    }
}

#[expect(clippy::boxed_local, reason = "where it stands it is a pointer")]
#[inline(never)]
pub fn close(open: Open) -> Html {
    let Element { tag, fixed, names, values, listeners, children, key, value, checked } = *open;
    let attributes = if names.is_empty() {
        Attributes::Static(fixed)
    } else {
        Attributes::Dynamic { keys: names, values: values.into() }
    };
    let listeners = if listeners.is_empty() { Listeners::None } else { Listeners::Pending(listeners.into()) };
    match tag {
        "" => VNode::from(VList::with_children(children, key)),
        "input" => VTag::__new_input(value, checked, Default::default(), key, attributes, listeners).into(),
        _ => {
            let children = VNode::from(VList::with_children(children, None));
            VTag::__new_other(AttrValue::Static(tag), Default::default(), key, attributes, listeners, children).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::prelude::*;
    use yew::LocalServerRenderer;

    #[derive(Clone, PartialEq, Properties)]
    struct As {
        html: Html,
    }

    #[component]
    fn Page(props: &As) -> Html {
        props.html.clone()
    }

    async fn drawn(html: Html) -> String {
        LocalServerRenderer::<Page>::with_props(As { html }).hydratable(false).render().await
    }

    /// The same tokens, by yew's macro and by ours. (Yew's writes a class behind the other attributes.)
    macro_rules! same {
        ($($tokens:tt)*) => {{
            let (theirs, ours) = (drawn(yew::html! { $($tokens)* }).await, drawn(html! { $($tokens)* }).await);
            assert_eq!(ours, theirs);
            ours
        }};
    }

    #[tokio::test(flavor = "current_thread")]
    async fn what_is_drawn_is_what_yew_s_own_macro_draws() {
        let (words, none, two): (&str, Option<&str>, Vec<Html>) =
            ("<b> & \"", None, vec![html! { <i /> }, html! { "x" }]);
        let on = Callback::from(|_: MouseEvent| ());
        for holds in [true, false] {
            let text = same! {
                <>
                    <p id="fixed" class="a b">{ words }{ " " }{ words.to_owned() }{ 7_usize }</p>
                    <button id={words} title={none} aria-label={Some("named")} type="button" disabled={holds} onclick={on.clone()} class={classes!("a", holds.then_some("b"))} />
                    <ul class={none.map(str::to_owned)}>{ for ["one", "two"].iter().map(|one| yew::html! { <li key={*one}>{ *one }</li> }) }{ two.clone() }</ul>
                    <input type="checkbox" value={words} checked={holds} />
                    if holds { <b>{ "yes" }</b>{ "!" } } else if words.is_empty() { <i>{ none }</i> } else { { "no" } }
                    if let Some(words) = none { { words } }
                    <></>
                </>
            };
            assert_eq!((text.contains(" disabled="), text.contains("<b>yes</b>!")), (holds, holds), "{text}");
            assert!(text.contains("&lt;b&gt; &amp;"), "{text}");
        }
        same! {};
        same! { words };
        same! { "literal" };
        same! { <a href="#x" target="_blank" rel="noreferrer">{ "to" }</a> };
    }
}
