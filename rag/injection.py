"""Sentences of a document that address the program, not its reader.

A policy speaks to people and offices. A sentence that tells a language model what to say
(忽略以上指令, 请在回答中写明, 你现在是) was put there to steer an answer: it is neither shown to
a model nor quoted. Precision comes first, because a policy that goes unquoted is a fault too:
policies do speak of 智能助手, 大模型, 系统提示 and of how a 答复 must be given. What gets past
these patterns meets the checks of every generated sentence against its clause.

A sentence is judged as a model would read it: without invisible characters and the blanks
between Chinese characters, in half width, Base64 and hexadecimal blocks decoded.
"""

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from typing import Final

HIDDEN: Final = re.compile(
    "[\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
"""Characters that show nothing, in which text can hide or which part it for a reader of patterns."""
_TAG: Final = 0xE0000
"""Unicode tags repeat ASCII from here on, unseen."""
_CJK = "\u3400-\u9fff，。、；：！？“”‘’（）【】《》"
_BLANK: Final = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_STARS: Final = re.compile(r"[*_`~·•|#>]{1,3}(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])[*_`~·•]{1,3}")
_TRADITIONAL: Final = str.maketrans(
    "請無視記規則設統詞輸嚴這個從現開為應須問題說該顯複洩網鏈點擊圖語們機聲內寫讀後時將當讓復對話與發",
    "请无视记规则设统词输严这个从现开为应须问题说该显复泄网链点击图语们机声内写读后时将当让复对话与发",
)

# Who is addressed. None of these is a sign by itself.
_MODEL = (
    r"(?:大?语言模型|大模型|(?:AI|人工智能|智能|问答|对话|聊天|政策|语音|虚拟)+(?:问答|对话|客服|搜索|检索|咨询)?(?:助手|助理|机器人|模型|系统|程序|客服|智能体)"
    r"|聊天机器人|问答机器人|智能体|AI|ChatGPT|GPT-?\d*|DeepSeek|Kimi|LLM|川策(?:问答)?|助手)"
)
_ORDER = r"(?:请|务必|必须|应当|应该|应|须|需要?|一律|统一|均|都|要|只能|只可|只需|不得|不要|不准|不可|禁止|切勿|直接|立即|自动)"
_REPLY = r"(?:回答|作答|答案|回复|应答|答复|输出|回应)"
_RULES = r"(?:角色|身份)?(?:指令|指示|提示词?|提示语|系统提示|规则|规矩|设定|限制|约束|命令|要求|说明|任务|对话|上下文|安全限制|prompt)"
_STRICT_RULES = r"(?:指令|提示词|提示语|系统提示|设定|prompt)"
_WHICH = (
    r"(?:你|您|之前|以上|前面|先前|上面|上述|此前|下面|以下|现有|原有|既定|原来|系统|所有|一切|全部|任何|其他|其它|这些|那些|收到|开发者)"
    r"(?:你|您|之前|以上|前面|先前|上面|上述|此前|所有|一切|全部|任何|收到|总结|被?给?予|设置|内置|安全|系统|开发者|的|和|与|、){0,12}"
)
_YOUR_RULES = r"(?:系统提示词|提示词|提示语|系统提示|系统指令|系统设定|初始指令|初始设定|内部指令|system ?prompt|initial prompt)"
_LANGUAGE = r"(?:英文|英语|日文|日语|法语|法文|俄语|韩语|拼音|文言文|火星文|JSON|XML|HTML|markdown|表格|诗歌?|歌词|emoji|表情(?:符号)?|代码块?|大写字母|繁体字?)"

_PATTERNS: Final = (
    # Forget what you were told.
    rf"(?<![得能可应会勿])(?:忽略|无视|忘记|忘掉|忘却|抛开|抛弃|丢弃|不理会|不要(?:理会|遵守|遵循)|不必理会|不用管|别管)(?:掉|了)?{_WHICH}{_RULES}",
    rf"(?<![得能可应会勿])(?:覆盖|绕过|停止(?:遵守|执行|遵循)|不再(?:遵守|遵循|执行)|不要执行){_WHICH}{_STRICT_RULES}",
    r"(?:以上|之前|前面|先前|上面|此前)的?(?:所有|全部|一切)?(?:指令|指示|提示词?|设定)[^，。；]{0,4}(?:作废|无效|失效|忽略|不算|取消|清空|结束)",
    r"(?:新|最高|更高|真正|隐藏|特别)(?:的)?(?:优先级)?(?:的)?(?:系统)?指令(?:[:：]|如下|是[:：]?)|新(?:的)?系统提示词?[:：]|绕过(?:所有|一切|任何)的?安全限制|(?:优先级|优先于)[^。]{0,8}(?:以上|系统|其他|所有)[^。]{0,4}(?:指令|提示词?)",
    # You are now someone else.
    r"你(?:现在|从现在起|从现在开始|从此|已经?|将|不再|即将|当前)?(?:就?是|不再是|扮演|要扮演|将扮演|变成|变为|充当|进入)(?!否|指|因)(?:[^。；？]{0,16})(?:助手|AI|人工智能|模型|机器人|管理员|系统|客服|专家|诗人|海盗|翻译|程序|角色|猫娘|DAN|模式|限制|约束|推销|代办|中介|员)",
    r"(?:(?:请|现在|必须|立即|你要|来)(?:扮演|充当|模拟)|假装(?:自己)?是|假设你是)(?:一个|一名|一位|成)[^。；]{0,12}(?:助手|AI|人工智能|模型|机器人|管理员|角色|诗人|海盗|DAN|限制)",
    rf"作为(?:一个|一名|一款|本)?[^，。；]{{0,6}}{_MODEL}[，,]?(?:你|您|请|必须|务必)",
    r"(?:进入|启用|开启|切换(?:到|至|为)?|激活|解锁)[^，。；]{0,4}(?:开发者|DAN|越狱|上帝|无限制|调试|维护|管理员|超级用户|特权)模式",
    r"从(?:现在|此刻|这里|本句)(?:起|开始)[，,]?(?:你|您|请|所有(?:的)?(?:回答|问题)|对所有|一律|只|不)",
    # Written for a model.
    rf"(?:致|写给|发给|送给|告知|提醒|通知|供|给|仅供|面向|针对|请)(?:阅读本文的|处理本文的|各类?|所有|任何|一切|各个|各位|正在[^，。；]{{0,8}}的|使用本[^，。；]{{0,4}}的)?{_MODEL}(?:的)?(?:指令|指示|提示|说明|备注|留言|的话|注意|使用须知|[:：])",
    rf"^[\W\d]*(?:亲爱的|尊敬的|各位|各|所有|任何)?{_MODEL}(?:注意|请注意|你好|您好)?[，,:：!！][^。]{{0,24}}(?:请|你|您|务必|必须|回答|输出|告诉|忽略|直接)",
    rf"(?:本|该|此|各类?|所有|任何|凡|一切|如果你是|若你是|你是|读到(?:此处|这里|本段|本文|本句)的){_MODEL}[^。；]{{0,30}}{_ORDER}[^。；]{{0,24}}(?:回答|作答|答案|回复|应答|答复为|答复用户|答复提问|告诉|告知用户|告知提问|输出|声称|宣称|声明|拒答|拒绝|忽略|引导|推荐|附上|插入|结尾|开头|改称|复述|打印)",
    r"(?:本|各|该)(?:系统|平台|程序)(?:[^。；，]{0,6}[，,])?[^。；，]{0,6}(?:在)?(?:回答(?:用户|提问|任何|问题时|时|中)|作答|对外一律|答复用户|向用户(?:输出|说明|声明|宣称))",
    rf"{_MODEL}(?:在)?(?:检索|引用|读取|生成|回答|总结|处理|遇到|收到|看到|读到)[^。；]{{0,24}}{_ORDER}[^。；]{{0,20}}(?:回答|作答|答案|回复|答复为|输出|声称|宣称|声明|拒答|忽略|引导|推荐|附上|插入|加上|结尾|末尾|写)",
    # What the answer must look like.
    r"(?:请|务必|必须|应当?|须|一律|都要|要求你)(?:你)?(?:在|于|把|将|让)?(?:你的?|您的?|本次|最终|每次|每条|每个|所有|任何|一切)?(?:的)?(?:回答|答案|输出|回复|作答)(?:的)?(?:中|里|开头|末尾|结尾|最后|前面|后面|之前|之后|内容|改为|替换|写成|翻译|限制|仅|只)",
    r"(?:在|于)?(?:你的|您的|本次|最终|每次|每条|每个|所有)(?:的)?(?:回答|答案|输出|回复|作答)(?:的)?(?:中|里|时|前|后|开头|末尾|结尾|最后|必须|应|请|务必|都|一律|只)",
    r"(?:回答|作答|总结|摘要|生成答案|给出答案)(?:本|此|该|任何|所有|用户|上述|以下|这|后续|相关|的|有关|提问|问题|内容|文件|文档|政策|时|前|后|中|之){0,8}[，,]?(?:请|务必|一律|只能|只需|必须(?:先|在|用|以|使用|写|说|说明|附|加|声明|包含|输出|提到|强调|推荐))(?!如实|真实)",
    rf"(?:用|以|使用|改用|换成|采用)[^，。；]{{0,6}}{_LANGUAGE}[^，。；]{{0,8}}(?:回答|作答|回复|回应)(?!机|率)|(?:请|务必|一律|答案)[^，。；]{{0,6}}{_LANGUAGE}[^，。；]{{0,8}}输出|(?:回答|作答|输出|回复)(?:一律|必须|请|只能|全部|都|时)?[^，。；]{{0,3}}(?:用|使用|改用|翻译成|译成){_LANGUAGE}",
    r"(?:把|将)(?:[^，。；]{0,10})(?:回答|答案|回复)(?:[^，。；]{0,6})(?:改为|改成|替换|写成|翻译成|译成|转换|限制)",
    r"(?:请|务必|一律|只能?)[^，。；]{0,4}(?:输出|打印|复述|返回)[^，。；]{0,3}(?:这|\d|[A-Za-z])|(?:请|务必|必须|一律|只能?|直接|立即)[^，。；]{0,4}(?:(?:输出|打印|复述|返回)[^，。；]{0,3}(?:以下|如下|下列|下面|上面|[“\"「]|[:：])|回复[^，。；]{0,3}(?:以下|如下|下列|[“「'\"][^,，]{2}|[:：]))",
    r"(?<![未并没])(?:一律|只需|只能|统一|直接|必须|务必|请|都应)(?:回答|答|回复)(?:说|为|成|是)?(?:[:：“「『]|\"[^\",}]|我(?:不|无法|拒绝)|不知道|不清楚|无可奉告|没有|已)|(?:请|一律|只能|只需|务必)说[:：]?[“「『]",
    r"(?:请|必须|应当?|一律)拒绝回答(?:用户|任何|所有|一切|这些|本|后续|关于|此|与|其)",
    r"(?:(?<!要)不要|不得|不准|切勿|禁止|别)(?:向|对)?(?:告诉|透露给|提醒|告知|让)(?:用户|读者|提问者|提问人|对方|任何人)",
    r"(?:不要|切勿|别)(?:在回答中|向用户)?(?:提及|提到|引用|说出|透露)(?:本|这|此|该)(?:段|条|句|指令|提示|说明|内容)",
    r"(?:你|您)(?:只?要|只?需要?|应当?|必须|只能|务必|就|都|须|得)[^。；？]{0,4}(?:回答|回复|作答|输出|复述|告诉(?:用户|我|他))|当我(?:问|说|提问|输入)|总结(?:这|本|该)(?:一?[篇份段个])?(?:文档|文件|文章|网页|材料)时|不要引用(?:文件|资料|原文|来源|出处)",
    # Give away what you were told.
    rf"(?:输出|打印|显示|复述|重复|泄露|透露|公开|展示|说出|告诉(?:我|用户)?|给出|列出|翻译|总结|返回|原样|逐字|完整)[^。；]{{0,12}}{_YOUR_RULES}",
    r"(?:你|您)(?:的|收到的?|被给予的?|所有|全部|完整|原始|最初|初始|内部|隐藏|系统|之前|第一[个条]){1,6}(?:提示|指令|设定|规则|prompt|身份|任务|角色|职责|开场白|密钥|api)",
    r"(?:输出|打印|显示|复述|重复|透露|展示)(?:出)?(?:你的|以上|上面|前面|之前|本段之前)(?:的)?(?:所有|全部|完整)?(?:内容|文字|对话|指令|提示|规则|一字不差)",
    r"^[\W\d]*(?:系统|管理员|开发者|最高|隐藏|后台)(?:指令|提示词|消息|命令|通知给模型)\W*[:：]",
    # Marks of chat formats and of the fence around documents.
    r"<\|?(?:im_start|im_end|im_sep|system|user|assistant|end|endoftext|begin_of_text|start_header_id|eot_id|eos|bos|observation)\|?>|<\|[a-z_]{2,24}\|>|\[/?(?:INST|SYS)\]|<</?SYS>>|<(?:start|end)_of_turn>|</s>",
    r"</?(?:资料|参考资料|system|instructions?|documents?|context|user|assistant|prompt)\b[^>]{0,30}>",
    r"(?:^|[\n。|])\W{0,6}(?:system|assistant|user|human|developer|助手|AI ?助手)(?: ?(?:message|prompt|note|override))?\W{0,3}[:：]",
    r"(?:^|\n)\W*#{2,} ?(?:instructions?|system|response|assistant|指令|新指令|系统)\b",
    # English.
    r"\b(?:ignore|disregard|forget|override|bypass|overlook|do not follow|don't follow|stop following)\b.{0,30}\b(?:instructions?|prompts?|rules|directions|guidelines|context|text above|above text|messages?|constraints|everything above|document|programming)\b|\bsupersedes? (?:all|any|the)?\W?(?:prior|previous|other)\b",
    r"\bignore (?:all|everything|the) (?:of the )?(?:above|previous|prior)\b|\b(?:ignore|forget) (?:everything|all)\b",
    r"\byou(?: are|'re) (?:now|no longer|an? (?:ai|unrestricted|helpful|large|language|evil|assistant)|the assistant|chatgpt|dan\b)|\bfrom now on\b|\bact as (?:an?|if|the)\b|\bpretend (?:to be|you|that)\b|\broleplay as\b",
    r"\b(?:new|updated|important|system|hidden|real|secret|special) instructions?\b\W{0,3}(?::|for|to|follow)|\bsystem (?:override|update|prompt|message|note)\b|\b(?:meta-?|initial |hidden )(?:prompt|instructions)\b|\b(?:constraints|rules|instructions) you (?:were|have been) given\b|\bas an ai\b|\b(?:note|message|instructions?) (?:to|for) (?:the )?(?:ai|llm|assistant|chatbot|model)",
    r"\b(?:reveal|print|repeat|show|output|leak|display|tell me|give me|return|expose)\b.{0,24}\b(?:system prompt|(?:initial |hidden |original |your |system )(?:instructions?|prompts?|rules)|words above|text above)\b",
    r"\b(?:respond|reply|answer|output)\b.{0,20}\b(?:only|in english|in json|in french|with the|with \"|exactly|as a|with a|the following|nothing but)|\b(?:say|write|output|print|respond)\b.{0,16}\b(?:exactly|the following|verbatim)\b",
    r"\b(?:when|if|whenever)\b.{0,40}\b(?:asked|asks|answering|summari[sz]ing|responding)\b.{0,60}\b(?:say|tell|answer|respond|reply|state|include|claim|write|recommend|add)\b|\b(?:tell|inform|convince) the (?:user|reader)\b|\binclude (?:the following|this) (?:link|image|url|text|phrase|sentence)\b|\b(?:in|of) your (?:answer|response|reply|output|summary)\b|\byour (?:answer|response|reply|output|summary) (?:must|should|is)\b|\bdo not (?:answer|mention|tell|reveal|summari[sz]e)\b|\brefuse to (?:answer|respond)",
    # Pictures and links that carry something away; mark-up that does not is text, and shown as text.
    r"!\[[^\]]{0,80}\]\(|\]\(\s*(?:javascript|data):|\]\([^)\s]{1,200}[?&][^)\s]{0,60}=|<(?:img|iframe|script|svg|object|embed|form|a)\b[^>]{0,200}(?:src|href|action|data)\s*=\s*[\"']?(?:https?:)?//",
    r"https?://[^\s，。；）)]{3,200}[?&](?:q|query|data|d|question|text|prompt|payload|leak|content|msg|c|s|p|info|secret|用户|问题)=(?:[{\[<【]|用户|问题|回答|答案|$|[^\w%]|%[0-9a-f]{2}|[A-Za-z\d+/=]{24,})",
)  # fmt: skip
_TOLD: Final = re.compile("|".join(f"(?:{one})" for one in _PATTERNS), re.IGNORECASE)
_ENCODED: Final = re.compile(r"(?<![\w+/=.-])(?:[A-Za-z\d+/]{24,}={0,2}|(?:[\da-f]{2} ?){16,})(?![\w+/=])")
_SENTENCE: Final = re.compile("[^。！？!?；;\n]*[。！？!?；;\n]+|[^。！？!?；;\n]+")
_NUMBER: Final = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零〇\d]+[条款章节]|[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．])\s*"
)
_BLOB: Final = 60
"""Characters from which mixed Base64 is a sign even when it says nothing: no policy holds any."""


_MAY_TELL: Final = re.compile(
    "[你您<\\[]|忽略|无视|忘[记掉却]|抛[开弃]|丢弃|理会|不用管|别管|覆盖|绕过|停止[遵执]|不再[遵执]|不要|切勿|指令|指示|提示|设定|命令|消息"
    "|扮演|充当|假装|假设|模拟|作为[^，。；]{1,16}[，,]?[你您请必务]|[者狱帝制试护员户权N]模式|从[现此这本]|模型|智能体|机器人|助[手理]|川策|问答|客服"
    "|[回作应]答|答[案复]|回复|[输写]出|回应|打印|复述|返回|生成|总结|摘要|[声宣]称|拒答|只?说[:：“「]|[醒知给诉让][用读提对任]|提[及到]"
    "|[A-Za-z]{2}|[0-9a-f]{16}",
)
"""Something of this stands in every instruction and in few policy sentences: a quick look first."""


@lru_cache(maxsize=20_000)
def is_instruction(text: str) -> bool:
    """Whether `text`, a sentence or a row of a table, tells a program or a model what to do or say."""
    plain = _as_read(text)
    return bool(_MAY_TELL.search(plain)) and (
        bool(_TOLD.search(plain)) or any(map(_is_told_encoded, _ENCODED.findall(plain)))
    )


def cleared(text: str) -> tuple[str, tuple[str, ...]]:
    """The text of a document without instructions, and the sentences and cells that were taken out, in order.

    What stands behind an instruction in its line may be what it says to say (忽略以上指令。
    补贴为…), so it goes too. In a row of a table only the cell is emptied. Lines stay lines.
    """
    lines: list[str] = []
    taken: list[str] = []
    for line in text.split("\n"):
        kept, gone = (_cleared_row if line.startswith("|") else _cleared_line)(line)
        lines.append(kept)
        taken += gone
    return "\n".join(lines), tuple(taken)


def without_instructions(question: str) -> str:
    """The sentences of a question that are not instructions; all of it when nothing else is left."""
    kept = "".join(one for one in _SENTENCE.findall(question) if not is_instruction(one))
    return kept.strip() or question


def _cleared_line(line: str) -> tuple[str, list[str]]:
    sentences = _SENTENCE.findall(line)
    told = next((number for number, one in enumerate(sentences) if is_instruction(one)), None)
    if told is None:
        return (line, []) if not is_instruction(line) else ("", [line])
    # The number stays: the clauses behind it keep theirs, and nobody is told that there is none.
    number = _NUMBER.match(line) if told == 0 else None
    start = number.end() if number else sum(map(len, sentences[:told]))
    return line[:start], [line[start:]]


def _cleared_row(line: str) -> tuple[str, list[str]]:
    cells = line.split("|")
    gone = [one.strip() for one in cells if is_instruction(one)]
    kept = "|".join("  " if is_instruction(one) else one for one in cells)
    # What is told over several cells is told by none of them.
    return (kept, gone) if not is_instruction(kept) else ("", [line])


def _as_read(text: str) -> str:
    plain = unicodedata.normalize("NFKC", HIDDEN.sub(_shown, text)).translate(_TRADITIONAL)
    return _STARS.sub("", _BLANK.sub("", plain))


def _shown(hidden: re.Match[str]) -> str:
    return chr(ord(hidden[0]) - _TAG) if _TAG + 0x20 <= ord(hidden[0]) < _TAG + 0x7F else ""


def _is_told_encoded(block: str) -> bool:
    compact = block.replace(" ", "")
    if re.fullmatch("[0-9a-fA-F]+", compact):
        decoded = binascii.unhexlify(compact[: len(compact) // 2 * 2])
    else:
        mixed = all(re.search(kind, compact) for kind in ("[a-z]", "[A-Z]", r"\d"))
        if mixed and len(compact) >= _BLOB:
            return True
        decoded = base64.b64decode(compact[: len(compact) // 4 * 4])
    return bool(_TOLD.search(decoded.decode("utf8", "ignore")))
