use std::rc::Rc;

use super::*;

const RAW: Form = Form::new(0);
const PACKED: Form = Form::new(28);

#[test]
fn an_entry_gives_back_what_it_was_given() {
    for key in [&b""[..], b"k", &[0xff; 2046], &[0xff; 2047], &[0xff; 10_000]] {
        let mut entry = Entry::<String>::new(key, NewValue::Bytes(RAW, b"value"));
        assert_eq!((entry.key(), entry.value()), (key, ValueRef::Bytes(RAW, b"value")));
        entry.set_access(0xffcd_ef12);
        entry.set_expiry_ms(Some(-5));
        assert_eq!((entry.expiry_ms(), entry.access()), (Some(-5), 0xcd_ef12));
        entry.set_value(NewValue::Integer(i64::MIN));
        assert_eq!((entry.key(), entry.value()), (key, ValueRef::Integer(i64::MIN)));
        entry.set_value(NewValue::Object(Box::new("an object".to_owned())));
        entry.object_mut().expect("an object").push('!');
        entry.set_expiry_ms(Some(7));
        entry.set_expiry_ms(None);
        assert_eq!(entry.value(), ValueRef::Object(&"an object!".to_owned()));
        assert_eq!((entry.key(), entry.expiry_ms(), entry.access()), (key, None, 0xcd_ef12));
        entry.set_value(NewValue::Bytes(PACKED, b""));
        assert_eq!((entry.key(), entry.value()), (key, ValueRef::Bytes(PACKED, b"")));
    }
}

#[test]
fn bytes_of_the_same_length_are_replaced_in_place() {
    let mut entry = Entry::<()>::new(b"key", NewValue::Bytes(RAW, b"abc"));
    let before = entry.key().as_ptr();
    entry.set_value(NewValue::Bytes(RAW, b"xyz"));
    assert_eq!((entry.value(), entry.key().as_ptr()), (ValueRef::Bytes(RAW, b"xyz"), before));
    entry.bytes_mut().expect("bytes")[0] = b'!';
    assert_eq!(entry.value(), ValueRef::Bytes(RAW, b"!yz"));
    entry.set_value(NewValue::Integer(3));
    assert!(entry.bytes_mut().is_none() && entry.object_mut().is_none());
}

#[test]
fn room_is_made_within_bytes() {
    let mut entry = Entry::<()>::new(b"key", NewValue::Bytes(PACKED, b"abcdef"));
    entry.set_expiry_ms(Some(9));
    entry.make_room(2..4, 5).copy_from_slice(b"12345");
    assert_eq!(entry.bytes(), b"ab12345ef");
    entry.make_room(0..9, 0);
    assert_eq!(entry.bytes(), b"");
    entry.make_room(0..0, 100).fill(b'x');
    assert_eq!((entry.bytes(), entry.form()), (&[b'x'; 100][..], Some(PACKED)));
    assert_eq!((entry.key(), entry.expiry_ms()), (&b"key"[..], Some(9)));
    entry.set_value(NewValue::Integer(1));
    assert_eq!((entry.bytes(), entry.form()), (&b""[..], None));
}

#[test]
fn an_object_is_dropped_once() {
    let object = Rc::new(());
    let mut entry = Entry::new(b"key", NewValue::Object(Box::new(Rc::clone(&object))));
    entry.set_expiry_ms(Some(1));
    assert_eq!(Rc::strong_count(&object), 2);
    entry.set_value(NewValue::Object(Box::new(Rc::clone(&object))));
    assert_eq!(Rc::strong_count(&object), 2, "the old object is dropped");
    let taken = entry.take_object();
    assert_eq!((taken.is_some(), entry.take_object().is_some()), (true, false));
    drop(taken);
    assert_eq!(Rc::strong_count(&object), 1);
    entry.set_value(NewValue::Object(Box::new(Rc::clone(&object))));
    drop(entry);
    assert_eq!(Rc::strong_count(&object), 1);
}

#[test]
fn a_short_string_takes_one_small_allocation() {
    let entry = Entry::<()>::new(&[b'k'; 16], NewValue::Bytes(RAW, &[b'v'; 100]));
    assert_eq!((entry.allocated_bytes(), size_of_val(&entry)), (124, 8));
    assert_eq!(size_of::<Option<Entry<()>>>(), 8);
}

#[test]
fn a_key_without_value_takes_four_bytes_more_than_itself() {
    let mut entry = Entry::<Rc<()>>::new(b"ten bytes!", NewValue::Bytes(Form::NOTHING, b""));
    assert_eq!((entry.key(), entry.allocated_bytes()), (&b"ten bytes!"[..], 14));
    assert_eq!((entry.value(), entry.form()), (ValueRef::Bytes(Form::NOTHING, b""), None));
    entry.set_access(7);
    entry.set_expiry_ms(None);
    assert!(entry.bytes_mut().is_none());
    assert_eq!((entry.access(), entry.bytes()), (0, &b""[..]));
    assert_eq!(entry.clone().with_key(b"").key(), b"");
    entry.set_expiry_ms(Some(7));
    assert_eq!((entry.key(), entry.expiry_ms()), (&b"ten bytes!"[..], Some(7)));
    let mut entry = entry.with_key(b"k");
    entry.set_value(NewValue::Object(Box::default()));
    assert!(entry.take_object().is_some());
    for key_bytes in [(1 << 24) - 1, 1 << 24] {
        let key = vec![b'x'; key_bytes];
        let entry = Entry::<()>::new(&key, NewValue::Bytes(Form::NOTHING, b""));
        assert!(entry.key() == key && entry.bytes().is_empty());
    }
}
