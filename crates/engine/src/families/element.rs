//! Elements of packed values as replies.

use fanfare_data::encoding::listpack::Element;
use fanfare_protocol::Reply;

/// Writes the string that an element stands for.
pub(super) fn write_element(reply: &mut Reply<'_>, element: Element<'_>) {
    reply.bulk(element.text(&mut itoa::Buffer::new()));
}
