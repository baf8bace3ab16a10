"""What belongs to the page rather than to the document: by element, by class or id, by the words of a line."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lxml.etree import _Element


def words_of(words: str) -> frozenset[str]:
    """The words of a list written with blanks between them."""
    return frozenset(words.split())


def text_of(element: _Element) -> str:
    """All text of `element`, as the tree holds it."""
    return "".join(str(part) for part in element.itertext())


class Furniture(Enum):
    """How surely an element is none of the document."""

    NEVER = "never text"
    WIDGET = "a button for the reader, also found within the document"
    FRAME = "around the document: menus, heads and feet of pages"


_NEVER_TEXT: Final = words_of(
    "script style noscript template head title meta link iframe frameset object embed applet canvas svg map "
    "audio video button select option datalist input textarea nav dialog marquee xml rp"
)
_FRAME_TAGS: Final = words_of("header footer aside")
_WIDGETS: Final = words_of(
    "share bdshare bdsharebuttonbox fenxiang print printico dayin qr qrcode ewm erweima switchsize fontsize jiucuo"
)
_FRAMES: Final = words_of(
    "nav navbar menu breadcrumb breadcrumbs crumb crumbs mbx dqwz weizhi header footer foot topbar sidebar "
    "related relnews xglj copyright search login toolbar banner sitemap friendlink"
)
"""Parts of class names and ids, pinyin ones included (面包屑, 当前位置, 相关链接, 二维码, 分享, 打印)."""
_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_CONTENT_EDITOR: Final = re.compile(r"(?i)trs_u?editor|editor_?view|editor_?content")

_BUTTONS: Final = re.compile(
    r"(?>(?:我要)?(?:打印|纠错|收藏|分享|保存)(?:本页|页面|本文|正文|到)?|关闭(?:窗口|本页|页面)?"
    r"|(?:返回|回到)\s?(?:顶部|首页|列表|上一?页)?|[上下]一[篇条页](?:没有了|无)?"
    r"|字体|字号|默认|特大|超大|大|中|小|微信|微博|QQ空间|TOP|首页|尾页|[\s：:|｜/·【】\[\]（）()])++"
)
_BUTTON_WORD: Final = re.compile(
    r"打印|纠错|收藏|分享|关闭|返回|回到|上一|下一|字体|字号|微信|微博|TOP|首页|尾页"
)
_NOTES: Final = (
    re.compile(
        r"(?:请?使?用?(?:手机|微信)?[“\"]?扫一扫[”\"]?|扫码|扫描二维码)[^。]{0,6}"
        r"(?:手机|微信|分享|打开|查看|浏览|关注|页)[^。]{0,16}"
    ),
    re.compile(r"(?:您|你)?(?:现在|当前|目前|您)(?:所在)?的?位置(?:是)?[：:].{0,200}"),
    re.compile(r"首\s?页(?:\s?[>＞›»→]{1,3}\s?[^>＞›»→。]{1,40}){1,8}"),
    re.compile(r"[上下]一[篇条][：:].{0,100}"),
    re.compile(r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?[：:]\s?\d*\s?次?"),
    re.compile(r"[【\[]?(?:我要纠错[】\]]?\s?(?:责任)?|责任)编辑[：:][^。]{0,30}"),
)
"""Lines that are of the page wherever they stand."""
_AROUND: Final = re.compile(
    r"版权所有|网站标识码|公网安备|ICP备|技术支持[：:]|设为首页|加入收藏|欢迎(?:您|访问|光临)|^[^。]{0,20}今天是"
    r"|(?:建议|推荐|请使用|最佳)[^。]{0,20}(?:浏览器|分辨率)|^(?:发布|更新|公开|信息)(?:日期|时间)[：:]"
    r"|^(?:\d{4}-\d{1,2}-\d{1,2}[\s\d:]{0,12})?(?:信息|文章|稿件)?来源[：:][^。]{0,40}$"
    r"|(?:主办|承办)(?:单位)?[：:].*(?:地址|电话|邮编|承办|协办|版权|备案|网站)"
    r"|^(?>登录|注册|无障碍(?:浏览|阅读|模式)?|长者(?:模式|助手|版)|适老化?|联系我们|关于我们|网站(?:地图|声明|导航)"
    r"|繁體|繁体|简体|English|[\s|｜/·])++$"
)
_RECORD_LINE: Final = re.compile(
    r"索引号|主题分类|发文机关|发布机构|发文字号|成文日期|生成日期|发布日期|公开日期|公开方式|信息名称|公文种类|组配分类|有效性|时效性|文件状态|体裁"
)
_LABEL: Final = re.compile(
    rf"{_RECORD_LINE.pattern}|主题词|分类|发文机构|制发机关|发文单位|成文时间|发文日期|发文时间|标题|名称|文号|来源|废止日期|实施日期"
    r"|生效日期|关键词"
)
_LISTED: Final = re.compile(
    r"附[件表录：:]|[（(]?[\d一二三四五六七八九十]{1,3}[)）.．、]|第[一二三四五六七八九十\d]+[条章]"
)
_PUNCTUATED: Final = re.compile("[，。；：！？]")
_LONGEST: Final = 250
"""Characters of what a page says of itself."""
_SENTENCE: Final = 24
"""Characters: a shorter line is as likely a menu entry, a heading or a signature."""
_RELATED: Final = re.compile(
    r"(?:相关|延伸|推荐|热点)(?:链接|文章|稿件|解读|阅读|信息|新闻|文件|政策|报道|推荐|内容)[：:]?"
)


@dataclass(frozen=True)
class Line:
    """One line of the page; `linked` counts its characters within links, white space apart."""

    text: str
    element: _Element
    linked: int = 0
    file: bool = False
    """It links to a document file."""
    table: bool = False

    @property
    def is_link(self) -> bool:
        """Whether it is mainly the name of another page; an item of a numbered list or 附件 is not."""
        return (
            not self.file
            and not _LISTED.match(self.text)
            and self.linked >= 0.8 * len("".join(self.text.split()))
        )

    @property
    def is_sentence(self) -> bool:
        """Whether it can hardly be anything but document: running text or a row of a table."""
        if self.linked * 2 >= len(self.text) or is_note(self.text) or is_around(self.text):
            return False
        return self.table or (len(self.text) >= _SENTENCE and bool(_PUNCTUATED.search(self.text)))


def kind_of(element: _Element) -> Furniture | None:
    """Whether `element` is furniture by its tag, class or id; None for what may be document."""
    if element.tag in _NEVER_TEXT:
        return Furniture.NEVER
    names = f"{element.get('class', '')} {element.get('id', '')}"
    words = {word.lower() for word in _WORDS.findall(_CONTENT_EDITOR.sub(" ", names))}
    if words & _WIDGETS:
        return Furniture.WIDGET
    return Furniture.FRAME if element.tag in _FRAME_TAGS or words & _FRAMES else None


def is_note(line: str) -> bool:
    """Whether `line` is a button, path, counter or caption of the page, wherever it stands."""
    if len(line) > _LONGEST:
        return False
    buttons = len(line) < 80 and _BUTTON_WORD.search(line) and _BUTTONS.fullmatch(line)
    return bool(buttons) or any(pattern.fullmatch(line) for pattern in _NOTES)


def is_around(line: str) -> bool:
    """Whether `line` is what stands above or below a document on a page: source, owner, licence of the site."""
    if len(line) > _LONGEST:
        return False
    named = label_of(line)
    return bool(_AROUND.search(line) or (named and _RECORD_LINE.fullmatch(named[0])))


def is_related(line: str) -> bool:
    """Whether `line` is the heading over a list of other pages."""
    return bool(_RELATED.fullmatch(line))


def label_of(text: str) -> tuple[str, str] | None:
    """(label, what follows it) of a line or cell like 索 引 号：000; None for anything else."""
    head, colon, rest = text.replace("：", ":").partition(":")
    name = "".join(head.split())
    return (name, rest.strip()) if colon and _LABEL.fullmatch(name) else None
